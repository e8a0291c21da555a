using System.Text.Json.Nodes;
using Google.Protobuf;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Export.Tests.Slow;
using SpikingDetector.Proto;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Commands;

/// <summary><c>energy</c> on small networks, whose rates and multiply-adds nested loops count.</summary>
public sealed class EnergyCommandTests : CommandFixture
{
    private const double RateTolerance = 1e-6;

    private static readonly DecoderSpec Rate = new() { Kind = DecoderKind.Rate };

    private static readonly Dictionary<string, ModelSpec> Variants = new()
    {
        ["sg"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), Rate),
        ["sg bsg_star"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate) with { Gate = GateKind.BsgStar }, Rate),
        ["sg asd"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), new DecoderSpec { ChannelReduction = 4 }),
        ["sew_add"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewAdd) with { Depth = 18 }, Rate),
        ["spiking imagenet"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Spiking) with { Stem = StemKind.ImageNet }, Rate),
        ["one step"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewIand) with { TimeSteps = 1 }, Rate),
        ["50 layers"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate) with { Depth = 50, BaseChannels = 2 }, Rate),
    };

    public static MatrixTheoryData<string, int> Classifiers() => new(Variants.Keys, [0, 2]);

    [Theory]
    [MemberData(nameof(Classifiers))]
    public async Task Classifier_TakesWhatNestedLoopsCount(string variant, int fixedBatch)
    {
        using var checkpoint = new TinyCheckpoint(Variants[variant]);
        string model = Export(checkpoint, fixedBatch);
        byte[][] pictures = WritePictures(checkpoint, 3);
        SlowNetwork[] slow = [.. pictures.Select(pixels => Run(checkpoint, network => network.Classify(pixels)))];

        JsonNode energy = JsonNode.Parse(await RunSuccessfully("energy", model, "--images", Data, "--json"))!;

        Assert.Equal(3, energy["inputs"]!.GetValue<int>());
        Check(checkpoint.Spec, energy, slow, stemSeesPixels: true);
    }

    [Theory]
    [InlineData("sg")]
    [InlineData("sew_add plif")]
    public async Task EventClassifier_CountsEventsAsAdditions(string variant)
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.EventVariants[variant]);
        ModelSpec spec = checkpoint.Spec;
        string model = Export(checkpoint, 0);
        float[][] recordings = [.. checkpoint.RandomCounts(2).Chunk(spec.Backbone.TimeSteps * 2 * spec.Input.Height * spec.Input.Width)];
        Directory.CreateDirectory(Data);
        foreach ((int i, float[] counts) in recordings.Index())
        {
            byte[] file = TestEvents.Npy(counts, spec.Backbone.TimeSteps, 2, spec.Input.Height, spec.Input.Width);
            await File.WriteAllBytesAsync(Path.Combine(Data, $"{i}.npy"), file);
        }

        JsonNode energy = JsonNode.Parse(await RunSuccessfully("energy", model, "--images", Data, "--json"))!;

        Check(spec, energy, [.. recordings.Select(counts => Run(checkpoint, network => network.Classify(counts)))], stemSeesPixels: false);
    }

    [Theory]
    [InlineData(ExportPrecision.Float32)]
    [InlineData(ExportPrecision.Float16)]
    public async Task Detector_OnReferencePictures_HasItsOwnFiringRatesBehindNeurons(ExportPrecision precision)
    {
        string model = FilePath("model.onnx");
        ReferenceModels.ExportTo(model, ReferenceModels.Detector, new ExportOptions { Precision = precision });
        WritePictures(ReferenceModels.Pictures(ReferenceModels.Detector));
        using SafetensorsFile expected = ReferenceFiles.Expected(ReferenceModels.Detector);
        JsonNode rates = JsonNode.Parse(expected.Metadata["firing_rates"])!;

        JsonNode energy = JsonNode.Parse(await RunSuccessfully("energy", model, "--images", Data, "--json"))!;

        // The second convolution of a basic block sees what the neuron behind the first puts out.
        string[] seconds = [.. Layers(energy).Keys.Where(name => name.EndsWith(".0.conv2", StringComparison.Ordinal))];
        Assert.Equal(4, seconds.Length);
        Assert.All(seconds, name => Assert.Equal(
            rates[name.Replace("conv2", "sn1", StringComparison.Ordinal)]!.GetValue<double>(),
            Layers(energy)[name]["firing_rate"]!.GetValue<double>(),
            RateTolerance));
        Assert.Equal(["stem", "blocks", "shortcuts", "decoder", "fpn", "head"], energy["parts"]!.AsObject().Select(part => part.Key));
        Assert.Equal(0, energy["parts"]!["head"]!["acs"]!.GetValue<double>());
        Assert.Equal(1, energy["parts"]!["fpn"]!["ratio"]!.GetValue<double>());
        string table = await RunSuccessfully("energy", model, "--images", Data);
        Assert.Contains("backbone.body.layer4.0.downsample.0", table, StringComparison.Ordinal);
        Assert.Contains("all without shortcuts, as the paper counts", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OrdinaryNetwork_TakesItself_AndHasNothingToDraw()
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Ann), Rate));
        string model = Export(checkpoint, 0);
        WritePictures(checkpoint, 1);

        JsonNode energy = JsonNode.Parse(await RunSuccessfully("energy", model, "--images", Data, "--json"))!;

        Assert.Equal(1, energy["with_shortcuts"]!["ratio"]!.GetValue<double>());
        Assert.Equal(0, energy["with_shortcuts"]!["acs"]!.GetValue<double>());
        Assert.Equal(0, energy["inputs"]!.GetValue<int>());
        await RunRefused(["energy", model, "--images", Data, "--chart", FilePath("rates.png")], "ordinary network", "--chart");
    }

    [Fact]
    public async Task Limit_TakesFilesFromAllOverTheFolder()
    {
        using var checkpoint = new TinyCheckpoint(Variants["sg"]);
        string model = Export(checkpoint, 0);
        byte[][] pictures = WritePictures(checkpoint, 4);

        JsonNode energy = JsonNode.Parse(await RunSuccessfully("energy", model, "--images", Data, "--limit", "2", "--json"))!;

        SlowNetwork[] slow = [.. new[] { 0, 2 }.Select(i => Run(checkpoint, network => network.Classify(pictures[i])))];
        Check(checkpoint.Spec, energy, slow, stemSeesPixels: true);
        await RunRefused(["energy", model, "--images", Data, "--limit", "0"], "--limit");
    }

    [Fact]
    public async Task Chart_HasABarForEachLayer_AsLongAsItsRate()
    {
        using var checkpoint = new TinyCheckpoint(Variants["sg"]);
        WritePictures(checkpoint, 1);
        string chart = FilePath(Path.Combine("charts", "rates.png"));

        JsonNode energy = JsonNode.Parse(await RunSuccessfully(
            "energy", Export(checkpoint, 0), "--images", Data, "--chart", chart, "--json"))!;

        double[] rates = [.. Layers(energy).Values.Where(layer => layer["firing_rate"] is not null).Select(layer => layer["firing_rate"]!.GetValue<double>())];
        int[] lengths = BarLengths(PictureDecoder.DecodeFile(chart));
        Assert.Equal(rates.Length, lengths.Length);
        Assert.All(rates.Zip(lengths), bar => Assert.Equal(bar.First / rates.Max(), (double)bar.Second / lengths.Max(), 0.01));
    }

    [Fact]
    public async Task MissingOrUnusableInput_IsNamed()
    {
        using var checkpoint = new TinyCheckpoint(Variants["sg"]);
        string model = Export(checkpoint, 0);
        Directory.CreateDirectory(Data);

        await RunRefused(["energy", model], "--images");
        await RunRefused(["energy", model, "--images", Data], Data, "holds no pictures");
        await RunRefused(["energy", model, "--images", FilePath("none")], "no folder", "none");
        await RunRefused(["energy", FilePath("none.onnx"), "--images", Data], "no file", "none.onnx");
        await File.WriteAllBytesAsync(Path.Combine(Data, "0.png"), [1, 2, 3]);
        await RunRefused(["energy", model, "--images", Data], "0.png");
        await RunRefused(["energy", Path.Combine(Data, "0.png"), "--images", Data], "0.png", "ONNX file");
    }

    [Fact]
    public async Task FileOfAnotherTool_IsRefused()
    {
        using var checkpoint = new TinyCheckpoint(Variants["sg"]);
        WritePictures(checkpoint, 1);
        ModelProto model = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(Export(checkpoint, 0)));
        ModelProto renamed = model.Clone();
        foreach (NodeProto node in renamed.Graph.Node)
            node.Name = "";
        await File.WriteAllBytesAsync(FilePath("renamed.onnx"), renamed.ToByteArray());
        model.MetadataProps.Clear();
        await File.WriteAllBytesAsync(FilePath("foreign.onnx"), model.ToByteArray());

        await RunRefused(["energy", FilePath("foreign.onnx"), "--images", Data], "foreign.onnx", "not one of this project");
        await RunRefused(["energy", FilePath("renamed.onnx"), "--images", Data], "renamed.onnx", "layer1.0.conv1");
    }

    private string Data => FilePath("data");

    private string Export(TinyCheckpoint checkpoint, int fixedBatch)
    {
        string path = FilePath("model.onnx");
        var options = new ExportOptions { Batch = fixedBatch == 0 ? null : fixedBatch };
        File.WriteAllBytes(path, OnnxExporter.Export(checkpoint.File, options).ToByteArray());
        return path;
    }

    private byte[][] WritePictures(TinyCheckpoint checkpoint, int count)
    {
        InputSpec input = checkpoint.Spec.Input;
        byte[][] pictures = [.. checkpoint.RandomPixels(count).Chunk(input.Height * input.Width * Picture.Channels)];
        WritePictures([.. pictures.Select(pixels => new Picture(input.Width, input.Height, pixels))]);
        return pictures;
    }

    private void WritePictures(Picture[] pictures)
    {
        Directory.CreateDirectory(Data);
        foreach ((int i, Picture picture) in pictures.Index())
            File.WriteAllBytes(Path.Combine(Data, $"{i}.png"), PictureEncoder.EncodePng(picture));
    }

    private static SlowNetwork Run(TinyCheckpoint checkpoint, Action<SlowNetwork> run)
    {
        var network = new SlowNetwork(checkpoint.Spec, name => checkpoint.Tensors[name]);
        run(network);
        return network;
    }

    private static Dictionary<string, JsonNode> Layers(JsonNode energy) =>
        energy["layers"]!.AsArray().ToDictionary(layer => layer!["name"]!.GetValue<string>(), layer => layer!);

    private static void Check(ModelSpec spec, JsonNode energy, SlowNetwork[] slow, bool stemSeesPixels)
    {
        Dictionary<string, JsonNode> layers = Layers(energy);
        (double macs, double acs, double annMacs) = (0, 0, 0);
        foreach ((string name, (long cost, List<double> inputs)) in slow[0].Convolutions)
        {
            JsonNode layer = layers[name];
            bool real = name == "conv1" && stemSeesPixels;
            Assert.Equal(cost, layer["ann_macs"]!.GetValue<double>());
            Assert.Equal(real ? cost : 0, layer["macs"]!.GetValue<double>());
            double rate = slow.Average(network => network.Convolutions[name].Inputs.Average());
            if (real)
                Assert.Null(layer["firing_rate"]);
            else
                Assert.Equal(rate, layer["firing_rate"]!.GetValue<double>(), RateTolerance);
            double additions = real ? 0 : rate * cost * inputs.Count;
            Assert.Equal(additions, layer["acs"]!.GetValue<double>(), RateTolerance * cost * inputs.Count);
            Assert.Equal(
                name.EndsWith(".downsample.0", StringComparison.Ordinal) ? "shortcuts" : name == "conv1" ? "stem" : "blocks",
                layer["part"]!.GetValue<string>());
            (macs, acs, annMacs) = (macs + (real ? cost : 0), acs + additions, annMacs + cost);
        }

        double fc = spec.ClassCount * slow[0].Spikes[slow[0].FiringRates[^1].Layer][0].Channels;
        Assert.Equal(fc, layers["fc"]["macs"]!.GetValue<double>());
        double decoder = layers.TryGetValue("decoder", out JsonNode? node) ? node["macs"]!.GetValue<double>() : 0;
        Assert.Equal(spec.Decoder.Kind == DecoderKind.Attention, decoder > 0);
        JsonNode sum = energy["with_shortcuts"]!;
        Assert.Equal(macs + fc + decoder, sum["macs"]!.GetValue<double>());
        Assert.Equal(annMacs + fc, sum["ann_macs"]!.GetValue<double>());
        Assert.Equal(1, sum["acs"]!.GetValue<double>() / acs, 1e-5);
        Assert.Equal(3.1 * (macs + fc + decoder) + 0.1 * acs, sum["pj"]!.GetValue<double>(), 1e-5 * sum["pj"]!.GetValue<double>());
    }

    /// <summary>Pixels of a bar's blue or orange in the first row of each bar.</summary>
    private static int[] BarLengths(Picture chart)
    {
        (byte, byte, byte)[] colours = [(0x1f, 0x77, 0xb4), (0xff, 0x7f, 0x0e)];
        var lengths = new List<int>();
        int before = 0;
        foreach (byte[] row in chart.Pixels.ToArray().Chunk(chart.Width * Picture.Channels))
        {
            int length = row.Chunk(Picture.Channels).Count(pixel => colours.Contains((pixel[0], pixel[1], pixel[2])));
            if (length > 0 && before == 0)
                lengths.Add(length);
            before = length;
        }

        return [.. lengths];
    }
}
