using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Specs;

/// <summary>Each bad spec is refused with a sentence that names the source, the field and what is allowed there.</summary>
public sealed class ModelSpecRefusalTests
{
    private const string Source = "model.json";

    [Theory]
    [InlineData("detection", "format", "\"spiking-detector/2\"", "one of \"spiking-detector/1\"")]
    [InlineData("detection", "format", "1", "one of \"spiking-detector/1\"")]
    [InlineData("detection", "name", "3", "a text")]
    [InlineData("detection", "name", "\"../model\"", "1 to 100 letters, digits, dots, dashes or underscores, beginning with a letter or digit")]
    [InlineData("detection", "name", "\"\"", "1 to 100 letters, digits, dots, dashes or underscores, beginning with a letter or digit")]
    [InlineData("detection", "task", "\"segmentation\"", "one of \"classification\", \"detection\"")]
    [InlineData("detection", "task", "null", "one of \"classification\", \"detection\"")]
    [InlineData("detection", "backbone", "[]", "a JSON object")]
    [InlineData("detection", "backbone.family", "\"vgg\"", "one of \"resnet\", \"7b\"")]
    [InlineData("detection", "backbone.depth", "20", "10, 18, 34 or 50")]
    [InlineData("detection", "backbone.depth", "62", "10, 18, 34 or 50")]
    [InlineData("detection", "backbone.depth", "-10", "10, 18, 34 or 50")]
    [InlineData("detection", "backbone.depth", "\"18\"", "10, 18, 34 or 50")]
    [InlineData("detection", "backbone.base_channels", "0", "a whole number from 1 to 1024")]
    [InlineData("detection", "backbone.base_channels", "1025", "a whole number from 1 to 1024")]
    [InlineData("detection", "backbone.base_channels", "64.5", "a whole number from 1 to 1024")]
    [InlineData("detection", "backbone.stem", "\"vgg\"", "one of \"imagenet\", \"cifar\"")]
    [InlineData("detection", "backbone.block", "\"sew\"", "one of \"sg\", \"spiking\", \"sew_add\", \"sew_and\", \"sew_iand\", \"ann\"")]
    [InlineData("detection", "backbone.gate", "\"BSG\"", "one of \"bsg\", \"bsg_star\"")]
    [InlineData("classification", "backbone.gate", "\"bsg_star\"", "left out or \"bsg\" where block is not \"sg\": no other block has a gate")]
    [InlineData("detection", "backbone.gate_threshold", "0.5", "left out where gate is not \"bsg_star\"")]
    [InlineData("classification", "backbone.gate_threshold", "0.5", "left out where gate is not \"bsg_star\"")]
    [InlineData("detection", "backbone.time_steps", "0", "a whole number from 1 to 64")]
    [InlineData("detection", "backbone.time_steps", "65", "a whole number from 1 to 64")]
    [InlineData("detection", "backbone.time_steps", "4294967300", "a whole number from 1 to 64")]
    [InlineData("detection", "backbone.time_steps", "1e999", "a whole number from 1 to 64")]
    [InlineData("detection", "backbone.time_steps", "true", "a whole number from 1 to 64")]
    [InlineData("detection", "backbone.neuron", "\"if\"", "a JSON object")]
    [InlineData("detection", "backbone.neuron.type", "\"izhikevich\"", "one of \"if\", \"lif\", \"plif\"")]
    [InlineData("detection", "backbone.neuron.v_threshold", "0", "a number above 0")]
    [InlineData("detection", "backbone.neuron.v_threshold", "1e999", "a number above 0")]
    [InlineData("detection", "backbone.neuron.v_threshold", "null", "a number above 0")]
    [InlineData("detection", "backbone.neuron.v_reset", "1", "null (soft reset) or a number below v_threshold")]
    [InlineData("detection", "backbone.neuron.v_reset", "-1e999", "null (soft reset) or a number below v_threshold")]
    [InlineData("detection", "backbone.neuron.v_reset", "\"0\"", "null (soft reset) or a number below v_threshold")]
    [InlineData("detection", "backbone.neuron.tau", "2", "left out where type is \"if\", which does not leak")]
    [InlineData("detection", "decoder", "\"asd\"", "a JSON object")]
    [InlineData("detection", "decoder.type", "\"mean\"", "one of \"asd\", \"rate\"")]
    [InlineData("detection", "decoder.channel_reduction", "129", "a whole number from 1 to 128")]
    [InlineData("detection", "decoder.channel_reduction", "0", "a whole number from 1 to 128")]
    [InlineData("detection", "decoder.temporal_reduction", "5", "a whole number from 1 to 4")]
    [InlineData("detection", "decoder.temporal_reduction", "0", "a whole number from 1 to 4")]
    [InlineData("classification", "decoder.channel_reduction", "16", "left out where type is \"rate\"")]
    [InlineData("classification", "decoder.temporal_reduction", "1", "left out where type is \"rate\"")]
    [InlineData("detection", "detector", "null", "a JSON object")]
    [InlineData("detection", "detector.fpn_channels", "0", "a whole number from 1 to 4096")]
    [InlineData("detection", "detector.head_convs", "-1", "a whole number from 0 to 16")]
    [InlineData("detection", "detector.p6_source", "\"c4\"", "one of \"c5\", \"p5\"")]
    [InlineData("detection", "detector.score_threshold", "1.01", "a number from 0 to 1")]
    [InlineData("detection", "detector.score_threshold", "1e999", "a number from 0 to 1")]
    [InlineData("detection", "detector.candidates_per_level", "0", "a whole number from 1 to 100000")]
    [InlineData("detection", "detector.nms_threshold", "-0.1", "a number from 0 to 1")]
    [InlineData("detection", "detector.max_detections", "0", "a whole number from 1 to 10000")]
    [InlineData("detection", "detector.anchor_sizes", "[32, 64, 128, 256]", "5 whole numbers from 1 to 4096, one for each of P3 to P7")]
    [InlineData("detection", "detector.anchor_sizes", "[32, 64, 128, 256, 0]", "5 whole numbers from 1 to 4096, one for each of P3 to P7")]
    [InlineData("detection", "detector.anchor_sizes", "[32, 64, 128, 256, 1.5]", "5 whole numbers from 1 to 4096, one for each of P3 to P7")]
    [InlineData("detection", "categories", "[]", "a list of at least one category")]
    [InlineData("detection", "categories", "{}", "a list of JSON objects")]
    [InlineData("detection", "categories", "[{\"id\": 2, \"name\": \"a\"}, {\"id\": 2, \"name\": \"b\"}]", "a list in which every id stands once")]
    [InlineData("detection", "categories.1.id", "-1", "a whole number from 0 to 2147483647")]
    [InlineData("detection", "categories.1.name", "null", "a text")]
    [InlineData("detection", "categories.1.name", "\"\"", "a text that is not blank")]
    [InlineData("detection", "categories.1.name", "\" \\t\"", "a text that is not blank")]
    [InlineData("detection", "categories.1", "\"WBC\"", "a JSON object")]
    [InlineData("detection", "labels", "[\"a\"]", "left out where task is \"detection\", which has categories")]
    [InlineData("classification", "labels", "[]", "a list of at least one label in which every label stands once")]
    [InlineData("classification", "labels", "[\"a\", \"b\", \"a\"]", "a list of at least one label in which every label stands once")]
    [InlineData("classification", "labels", "\"cat\"", "a list of texts")]
    [InlineData("classification", "labels", "[\"cat\", 1]", "a list of texts")]
    [InlineData("classification", "categories", "[{\"id\": 1, \"name\": \"a\"}]", "left out where task is \"classification\"")]
    [InlineData("classification", "detector", "{}", "left out where task is \"classification\"")]
    [InlineData("detection", "input.height", "0", "a multiple of 32 from 32 to 8192")]
    [InlineData("detection", "input.height", "100", "a multiple of 32 from 32 to 8192")]
    [InlineData("detection", "input.width", "-32", "a multiple of 32 from 32 to 8192")]
    [InlineData("detection", "input.width", "8224", "a multiple of 32 from 32 to 8192")]
    [InlineData("detection", "input.width", "\"640\"", "a multiple of 32 from 32 to 8192")]
    [InlineData("detection", "input.channels", "3", "left out where backbone.family is \"resnet\", which takes RGB pictures")]
    [InlineData("detection", "input.mean", "[0.5, 0.5]", "3 numbers (red, green, blue) from 0 to 1")]
    [InlineData("detection", "input.mean", "[0.5, 0.5, 127.5]", "3 numbers (red, green, blue) from 0 to 1")]
    [InlineData("detection", "input.mean", "[0.5, 0.5, \"0.5\"]", "3 numbers (red, green, blue) from 0 to 1")]
    [InlineData("detection", "input.std", "[0.5, 0, 0.5]", "3 numbers (red, green, blue) of at least 1e-6")]
    [InlineData("detection", "input.std", "[0.5, 1e999, 0.5]", "3 numbers (red, green, blue) of at least 1e-6")]
    [InlineData("detection", "input.std", "[0.5, 1e-44, 0.5]", "3 numbers (red, green, blue) of at least 1e-6")]
    [InlineData("detection", "input.std", "[0.5, 0.00000099, 0.5]", "3 numbers (red, green, blue) of at least 1e-6")]
    [InlineData("detection", "input.std", "0.5", "3 numbers (red, green, blue) of at least 1e-6")]
    [InlineData("events", "task", "\"detection\"", "\"classification\" where backbone.family is \"7b\"")]
    [InlineData("events", "backbone.depth", "18", "left out where family is \"7b\", whose layers are fixed")]
    [InlineData("events", "backbone.depth", "null", "left out where family is \"7b\", whose layers are fixed")]
    [InlineData("events", "backbone.stem", "\"cifar\"", "left out where family is \"7b\", whose layers are fixed")]
    [InlineData("events", "backbone.base_channels", "0", "a whole number from 1 to 1024")]
    [InlineData("events", "backbone.time_steps", "0", "a whole number from 1 to 64")]
    [InlineData("events", "decoder.channel_reduction", "129", "a whole number from 1 to 128")]
    [InlineData("events", "decoder.temporal_reduction", "17", "a whole number from 1 to 16")]
    [InlineData("events", "input.height", "96", "a multiple of 128 from 128 to 8192, because 7 max-pools halve it")]
    [InlineData("events", "input.width", "0", "a multiple of 128 from 128 to 8192, because 7 max-pools halve it")]
    [InlineData("events", "input.width", "8320", "a multiple of 128 from 128 to 8192, because 7 max-pools halve it")]
    [InlineData("events", "input.channels", "3", "2, one for each polarity of an event")]
    [InlineData("events", "input.channels", "\"2\"", "2, one for each polarity of an event")]
    [InlineData("events", "input.mean", "[0.5, 0.5]", "left out where backbone.family is \"7b\", which takes event counts as they are")]
    [InlineData("events", "input.std", "[1, 1]", "left out where backbone.family is \"7b\", which takes event counts as they are")]
    public void Parse_AValueThatIsNotAllowed_NamesTheFieldAndWhatIsAllowed(string task, string path, string value, string allowed)
    {
        string message = Refusal(SpecText.With(SpecText.Of(task), path, value));

        string field = path.Replace("categories.1", "categories[1]", StringComparison.Ordinal);
        Assert.StartsWith($"{Source}: field '{field}' must be {allowed}", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TheSmallestStd_IsAccepted()
    {
        var input = (PictureInputSpec)ModelSpec.Parse(SpecText.With(SpecText.Detection, "input.std", "[1e-6, 0.5, 0.000001]"), Source).Input;
        Assert.Equal([1e-6f, 0.5f, 1e-6f], input.Std);
    }

    [Theory]
    [InlineData("[\"\"]", 0)]
    [InlineData("[\"cat\", \" \"]", 1)]
    [InlineData("[\"cat\", \"\", \"\"]", 1)]
    public void Parse_ABlankLabel_IsNamedByItsIndex(string labels, int index) => Assert.Equal(
        $"{Source}: field 'labels[{index}]' must be a text that is not blank.",
        Refusal(SpecText.With(SpecText.Classification, "labels", labels)));

    [Theory]
    [InlineData("lif", "", "field 'backbone.neuron.tau' is missing; it must be a number of at least 1.")]
    [InlineData("lif", ", \"tau\": 0.9", "field 'backbone.neuron.tau' must be a number of at least 1, but is 0.9.")]
    [InlineData("lif", ", \"tau\": 1e999", "field 'backbone.neuron.tau' must be a number of at least 1, but is 1e999.")]
    [InlineData("plif", "", "field 'backbone.neuron.tau' is missing; it must be a number above 1.")]
    [InlineData("plif", ", \"tau\": 1", "field 'backbone.neuron.tau' must be a number above 1, but is 1.")]
    public void Parse_ALeakyNeuron_NeedsATauInItsRange(string type, string tau, string expected) => Assert.Equal(
        $"{Source}: {expected}",
        Refusal(SpecText.With(SpecText.Detection, "backbone.neuron", $"{{\"type\": \"{type}\"{tau}}}")));

    [Theory]
    [InlineData("classification", 4)]
    [InlineData("events", 16)]
    public void Parse_AnOrdinaryNetworkOfSeveralSteps_IsRefused(string spec, int steps) => Assert.Equal(
        $"{Source}: field 'backbone.time_steps' must be a whole number from 1 to 1, but is {steps}.",
        Refusal(SpecText.With(SpecText.Of(spec), "backbone.block", "\"ann\"")));

    [Fact]
    public void Parse_TheBoundOfTheChannelReduction_IsTheNarrowestDecodedStage()
    {
        // A classifier decodes stage 4 (8 · 16 channels), a bottleneck has 4 times as many.
        string basic = SpecText.With(SpecText.Classification, "decoder", """{"type": "asd", "channel_reduction": 129}""");
        Assert.Contains("a whole number from 1 to 128,", Refusal(basic), StringComparison.Ordinal);
        Assert.Equal(129, ModelSpec.Parse(SpecText.With(basic, "backbone.depth", "50"), Source).Decoder.ChannelReduction);
    }

    [Theory]
    [InlineData("detection", "format")]
    [InlineData("detection", "name")]
    [InlineData("detection", "task")]
    [InlineData("detection", "backbone")]
    [InlineData("detection", "backbone.depth")]
    [InlineData("detection", "backbone.base_channels")]
    [InlineData("detection", "backbone.stem")]
    [InlineData("detection", "backbone.block")]
    [InlineData("detection", "backbone.neuron")]
    [InlineData("detection", "backbone.neuron.type")]
    [InlineData("detection", "backbone.time_steps")]
    [InlineData("detection", "decoder")]
    [InlineData("detection", "decoder.type")]
    [InlineData("detection", "detector")]
    [InlineData("detection", "detector.fpn_channels")]
    [InlineData("detection", "detector.head_convs")]
    [InlineData("detection", "categories")]
    [InlineData("detection", "categories.0.id")]
    [InlineData("detection", "categories.0.name")]
    [InlineData("classification", "labels")]
    [InlineData("detection", "input")]
    [InlineData("detection", "input.height")]
    [InlineData("detection", "input.width")]
    [InlineData("detection", "input.mean")]
    [InlineData("detection", "input.std")]
    [InlineData("events", "input.height")]
    [InlineData("events", "input.width")]
    [InlineData("events", "input.channels")]
    public void Parse_AMissingField_IsNamed(string task, string path)
    {
        string message = Refusal(SpecText.Without(SpecText.Of(task), path));

        string field = path.Replace("categories.0", "categories[0]", StringComparison.Ordinal);
        Assert.StartsWith($"{Source}: field '{field}' is missing; it must be ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("colour")]
    [InlineData("Name")]
    [InlineData("backbone.colour")]
    [InlineData("backbone.neuron.colour")]
    [InlineData("decoder.colour")]
    [InlineData("detector.colour")]
    [InlineData("categories.0.colour")]
    public void Parse_AnUnknownField_IsNamedWithThoseThatExist(string path)
    {
        string message = Refusal(SpecText.With(SpecText.Detection, path, "1"));

        string field = path.Replace("categories.0", "categories[0]", StringComparison.Ordinal);
        Assert.StartsWith($"{Source}: unknown field '{field}'; the fields here are ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name", "\"a\", \"name\": \"b\"")]
    [InlineData("backbone.time_steps", "4, \"time_steps\": 4")]
    [InlineData("backbone.neuron.v_reset", "0, \"v_reset\": null")]
    [InlineData("decoder.type", "\"asd\", \"type\": \"asd\"")]
    [InlineData("detector.head_convs", "4, \"head_convs\": 4")]
    [InlineData("categories.0.id", "1, \"id\": 1")]
    [InlineData("input.height", "480, \"height\": 480")]
    public void Parse_AFieldThatStandsTwice_IsNamed(string path, string values)
    {
        string message = Refusal(SpecText.With(SpecText.Detection, path, values));

        Assert.StartsWith($"{Source}: not valid JSON", message, StringComparison.Ordinal);
        Assert.Contains($"'{path.Split('.')[^1]}'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{\"format\": }")]
    [InlineData("spiking-detector/1")]
    [InlineData("{} {}")]
    [InlineData("{\"format\": NaN}")]
    [InlineData("{\"format\": Infinity}")]
    [InlineData("{\"format\": -Infinity}")]
    [InlineData("{\"format\": \"\\ud800\"}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("{\"format\": [{\"a\": [\"\\udc00\"]}]}")]
    public void Parse_WhatIsNoJson_IsRefused(string text) =>
        Assert.StartsWith($"{Source}: not valid JSON", Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("1e999")]
    public void Parse_ARootThatIsNoObject_IsRefused(string text) =>
        Assert.Equal($"{Source}: the text must be a JSON object, but is {text}.", Refusal(text));

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Parse_DeepNesting_IsRefused(string open, string close)
    {
        const int depth = 100_000;
        string nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));

        Assert.StartsWith(
            $"{Source}: not valid JSON", Refusal(SpecText.With(SpecText.Detection, "decoder", nested)), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ALongValue_IsCutInTheMessage()
    {
        string message = Refusal(SpecText.With(SpecText.Detection, "backbone.depth", $"\"{new string('x', 10_000)}\""));

        Assert.InRange(message.Length, 60, 200);
    }

    private static string Refusal(string text)
    {
        string message = Assert.Throws<InvalidInputException>(() => ModelSpec.Parse(text, Source)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
