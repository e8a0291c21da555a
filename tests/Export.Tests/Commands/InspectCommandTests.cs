using System.Text.Json.Nodes;
using Google.Protobuf;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Proto;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Commands;

public sealed class InspectCommandTests : CommandFixture
{
    private static readonly string Detector = ReferenceFiles.CheckpointPath("retina10_asd");

    [Fact]
    public async Task Json_HoldsWhatIsInTheFile()
    {
        string path = FilePath("model.onnx");
        await RunSuccessfully("export", Detector, "--output", path, "--activity");
        byte[] file = await File.ReadAllBytesAsync(path);
        ModelProto model = ModelProto.Parser.ParseFrom(file);
        using Checkpoint checkpoint = Checkpoint.Open(Detector);
        using var session = new OnnxModel(file);

        JsonNode summary = JsonNode.Parse(await RunSuccessfully("inspect", path, "--json"))!;

        Assert.Equal(file.Length, summary["bytes"]!.GetValue<long>());
        Assert.Equal("retina10_asd", summary["metadata"]!["spiking_detector.spec"]!["name"]!.GetValue<string>());
        Assert.Equal("float32", summary["metadata"]!["spiking_detector.precision"]!.GetValue<string>());
        Assert.Equal(checkpoint.ComputeSha256(), summary["metadata"]!["spiking_detector.checkpoint_sha256"]!.GetValue<string>());
        Assert.Equal(12, summary["metadata"]!["spiking_detector.activity"]!.AsArray().Count);
        Assert.Equal(11, summary["metadata"]!["spiking_detector.input_rates"]!.AsArray().Count);
        Assert.Contains("detection of 5 categories, SG ResNet10 with", summary["network"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(model.IrVersion, summary["ir_version"]!.GetValue<long>());
        Assert.Equal(model.OpsetImport[0].Version, summary["operator_sets"]!["ai.onnx"]!.GetValue<long>());
        Assert.Equal("""[{"name":"image","type":"uint8","shape":["N",128,256,3]}]""", summary["inputs"]!.ToJsonString());
        Assert.Equal(session.OutputNames, summary["outputs"]!.AsArray().Select(output => output!["name"]!.GetValue<string>()));
        Assert.Equal("""["N",100,4]""", summary["outputs"]![0]!["shape"]!.ToJsonString());
        Assert.Equal(model.Graph.Node.Count, summary["nodes"]!.GetValue<int>());
        Assert.Equal(model.Graph.Node.Count, summary["operators"]!.AsObject().Sum(count => count.Value!.GetValue<int>()));
        Assert.Equal(model.Graph.Node.Count(node => node.OpType == "Conv"), summary["operators"]!["Conv"]!.GetValue<int>());
        Assert.Equal(Learned(), summary["parameters"]!.GetValue<long>());
        TensorProto[] floats = [.. model.Graph.Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Float)];
        Assert.Equal(floats.Length, summary["constants"]!["float"]!["tensors"]!.GetValue<int>());
        Assert.Equal(floats.Sum(tensor => tensor.RawData.Length / sizeof(float)), summary["constants"]!["float"]!["elements"]!.GetValue<long>());
        Assert.Empty(summary["quantised_layers"]!.AsArray());
    }

    [Fact]
    public async Task Table_SaysTheSameInWords()
    {
        string path = FilePath("model.onnx");
        await RunSuccessfully("export", Detector, "--output", path);

        string output = await RunSuccessfully("inspect", path);

        string[] expected =
        [
            "retina10_asd", "float32", "SHA-256 ", "operator set ai.onnx 21; IR version 10", "image: uint8 [N, 128, 256, 3]",
            "boxes: float [N, 100, 4]", "no weights are quantised", "NonMaxSuppression",
        ];
        Assert.All(expected, words => Assert.Contains(words, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "layer1.0.conv1")]
    [InlineData(false, "layer1.0.conv1.weight")]
    public async Task Weights_OfEightBits_AreNamed(bool ofThisProject, string expected)
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.Classifier(
            TinySpecs.Backbone(Core.Specs.BlockKind.SpikeGate), new Core.Specs.DecoderSpec { Kind = Core.Specs.DecoderKind.Rate }));
        string path = WriteQuantised(ofThisProject ? checkpoint.Spec.ToJson() : null);

        JsonNode summary = JsonNode.Parse(await RunSuccessfully("inspect", path, "--json"))!;

        Assert.Equal([expected], summary["quantised_layers"]!.AsArray().Select(layer => layer!.GetValue<string>()));
        Assert.Equal("""{"tensors":2,"elements":7}""", summary["constants"]!["int8"]!.ToJsonString());
        Assert.Contains($"1 layers have weights of 8 bits: {expected}", await RunSuccessfully("inspect", path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_OfFloat16_AreNamed()
    {
        await RunSuccessfully("export", Detector, "--output", FilePath("half.onnx"), "--precision", "float16");

        JsonNode summary = JsonNode.Parse(await RunSuccessfully("inspect", FilePath("half.onnx"), "--json"))!;

        string[] layers = [.. summary["half_layers"]!.AsArray().Select(layer => layer!.GetValue<string>())];
        Assert.Contains("backbone.body.layer1.0.conv1", layers);
        Assert.Contains("head.classification_head.cls_logits", layers);
        Assert.DoesNotContain("backbone.body.conv1", layers);
        Assert.Empty(summary["quantised_layers"]!.AsArray());
        string output = await RunSuccessfully("inspect", FilePath("half.onnx"));
        Assert.Contains("precision   float16", output, StringComparison.Ordinal);
        Assert.Contains($"{layers.Length} layers have weights of float16: backbone.body.layer1.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileOfAnotherTool_ShowsWhatItHas()
    {
        JsonNode summary = JsonNode.Parse(await RunSuccessfully("inspect", WriteQuantised(spec: null), "--json"))!;

        Assert.Null(summary["network"]);
        Assert.Null(summary["parameters"]);
        Assert.Equal("other-tool 3", summary["producer"]!.GetValue<string>());
        Assert.Equal("a file [of] another tool", summary["description"]!.GetValue<string>());
        Assert.Equal(17, summary["operator_sets"]!["ai.onnx"]!.GetValue<long>());
        Assert.Equal(1, summary["operators"]!["com.example.Strange[op]"]!.GetValue<int>());

        // A constant that is listed among the inputs is none; a side without length or name is unknown.
        Assert.Equal("""[{"name":"x","type":"uint8","shape":["?",2]}]""", summary["inputs"]!.ToJsonString());
        string output = await RunSuccessfully("inspect", FilePath("quantised.onnx"));
        Assert.Contains("without a network of this project", output, StringComparison.Ordinal);
        Assert.Contains("com.example.Strange[op]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpecThatIsNotValid_IsSaid()
    {
        string output = await RunSuccessfully("inspect", WriteQuantised("{}"));

        Assert.Contains("metadata 'spiking_detector.spec'", output, StringComparison.Ordinal);
        Assert.Contains("x: uint8 [?, 2]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreadableFile_IsRefused()
    {
        string whole = WriteQuantised(spec: null);
        byte[] file = await File.ReadAllBytesAsync(whole);
        await File.WriteAllBytesAsync(FilePath("cut.onnx"), file[..^20]);
        await File.WriteAllBytesAsync(FilePath("empty.onnx"), []);
        await File.WriteAllTextAsync(FilePath("text.onnx"), "no protocol buffers here");
        File.Copy(Detector, FilePath("checkpoint.onnx"));

        await RunRefused(["inspect", FilePath("none.onnx")], "no file", "none.onnx");
        await RunRefused(["inspect", Folder], "no file", Folder);
        await RunRefused(["inspect", FilePath("cut.onnx")], "cut.onnx", "ONNX file");
        await RunRefused(["inspect", FilePath("empty.onnx")], "empty.onnx", "ONNX file");
        await RunRefused(["inspect", FilePath("text.onnx"), "--json"], "text.onnx", "ONNX file");
        await RunRefused(["inspect", FilePath("checkpoint.onnx")], "checkpoint.onnx", "ONNX file");
    }

    private static long Learned()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Detector);
        return file.Tensors
            .Where(tensor => !tensor.Key.Contains(".running_", StringComparison.Ordinal) && !tensor.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .Sum(tensor => tensor.Value.Shape.Aggregate(1L, (product, side) => product * side));
    }

    /// <summary>A product of bytes with weights of 8 bits, and an operator that nobody knows.</summary>
    private string WriteQuantised(string? spec)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            ProducerName = "other-tool",
            ProducerVersion = "3",
            DocString = "a file [of] another tool",
            Graph = new GraphProto { Name = "quantised" },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 1 });
        if (spec is not null)
            model.MetadataProps.Add(new StringStringEntryProto { Key = "spiking_detector.spec", Value = spec });
        model.Graph.Initializer.Add(Bytes("layer1.0.conv1.weight", 2, 3));
        model.Graph.Initializer.Add(Bytes("zero", 1));
        model.Graph.Input.Add(Declare("x"));
        model.Graph.Input.Add(Declare("zero"));
        model.Graph.Output.Add(Declare("y"));
        var product = new NodeProto { Name = "layer1.0.conv1/t0/MatMulInteger", OpType = "MatMulInteger" };
        product.Input.AddRange(["x", "layer1.0.conv1.weight", "zero", "zero"]);
        product.Output.Add("sums");
        var strange = new NodeProto { Name = "strange", OpType = "Strange[op]", Domain = "com.example" };
        strange.Input.Add("sums");
        strange.Output.Add("y");
        model.Graph.Node.AddRange([product, strange]);
        string path = FilePath("quantised.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static TensorProto Bytes(string name, params long[] sides)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Int8,
            RawData = ByteString.CopyFrom(new byte[sides.Aggregate(1L, (product, side) => product * side)]),
        };
        tensor.Dims.AddRange(sides);
        return tensor;
    }

    private static ValueInfoProto Declare(string name)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension());
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 2 });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Uint8, Shape = shape } },
        };
    }
}
