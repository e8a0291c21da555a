using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Import;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Import;

/// <summary>State dictionaries in every naming come back under the contract's names, bit for bit.</summary>
public sealed class StateImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("torchvision", 18, BlockKind.Ann, NeuronKind.IntegrateAndFire)]
    [InlineData("torchvision", 34, BlockKind.Ann, NeuronKind.IntegrateAndFire)]
    [InlineData("torchvision", 50, BlockKind.Ann, NeuronKind.IntegrateAndFire)]
    [InlineData("torchvision", 18, BlockKind.Spiking, NeuronKind.ParametricLeaky)]
    [InlineData("torchvision", 10, BlockKind.SpikeGate, NeuronKind.ParametricLeaky)]
    [InlineData("SpikingJelly sew_resnet", 18, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("SpikingJelly sew_resnet", 50, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("SEW ImageNet", 18, BlockKind.SewAdd, NeuronKind.IntegrateAndFire)]
    [InlineData("SEW ImageNet", 34, BlockKind.SewIand, NeuronKind.ParametricLeaky)]
    [InlineData("SEW ImageNet", 50, BlockKind.SewAnd, NeuronKind.ParametricLeaky)]
    [InlineData("SEW ImageNet, Spiking ResNet", 18, BlockKind.Spiking, NeuronKind.IntegrateAndFire)]
    [InlineData("SEW ImageNet, Spiking ResNet", 50, BlockKind.Spiking, NeuronKind.ParametricLeaky)]
    [InlineData("SEW ImageNet, SpikingJelly 0.0.0.0.13", 18, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("units in one container", 18, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("units in one container", 50, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("units in two containers", 18, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("each layer in a Sequential", 18, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("each layer in a container", 50, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("shortcut and linear", 18, BlockKind.Ann, NeuronKind.IntegrateAndFire)]
    [InlineData("DataParallel", 18, BlockKind.SewAdd, NeuronKind.ParametricLeaky)]
    [InlineData("torch.compile in DistributedDataParallel", 18, BlockKind.Ann, NeuronKind.IntegrateAndFire)]
    [InlineData("attribute model", 18, BlockKind.Ann, NeuronKind.IntegrateAndFire)]
    [InlineData("attribute net of a DataParallel", 18, BlockKind.Ann, NeuronKind.IntegrateAndFire)]
    [InlineData("DataParallel over SEW ImageNet", 50, BlockKind.SewAdd, NeuronKind.IntegrateAndFire)]
    public void Of_AClassifierInEveryNaming_TakesEachTensorBitForBit(string scheme, int depth, BlockKind block, NeuronKind neuron) =>
        Check(scheme, SourceState.Classifier(depth, block, neuron), counters: true);

    [Theory]
    [InlineData("torchvision", BlockKind.Ann, false)]
    [InlineData("torchvision", BlockKind.SewAdd, true)]
    [InlineData("torchvision 0.12 RetinaNet", BlockKind.Ann, false)]
    [InlineData("torchvision 0.12 RetinaNet", BlockKind.Ann, true)]
    [InlineData("DataParallel", BlockKind.Ann, true)]
    public void Of_ADetectorInEveryNaming_TakesEachTensorBitForBit(string scheme, BlockKind block, bool counters) =>
        Check(scheme, SourceState.Detector(block), counters);

    [Theory]
    [InlineData("torchvision", BlockKind.SpikeGate)]
    [InlineData("SEW 7B-Net", BlockKind.SewAdd)]
    [InlineData("SEW 7B-Net, Spiking ResNet", BlockKind.Spiking)]
    [InlineData("DataParallel", BlockKind.SewIand)]
    public void Of_AnEventNetworkInEveryNaming_TakesEachTensorBitForBit(string scheme, BlockKind block) =>
        Check(scheme, SourceState.Events(block), counters: true);

    [Fact]
    public void Of_ABackboneWithoutItsPrefix_BecomesTheDetectors()
    {
        ModelSpec detector = SourceState.Detector(BlockKind.Ann);
        List<TensorData> classifier = SourceState.WithCounters(SourceState.Of(SourceState.Classifier(50, BlockKind.Ann)));
        using SafetensorsFile source = SourceState.Save(_folder.File("a.safetensors"), classifier);

        var import = StateImport.Of(
            source, new ImportRequest(detector) { Fresh = [new("fpn"), new("head")], Drop = [new("fc")] });

        Assert.Empty(import.Misfits);
        Assert.Equal(265, import.Tensors.Count);
        Assert.All(import.Tensors, tensor => Assert.Equal($"backbone.body.{tensor.Source}", tensor.Target));
        Assert.All(import.Tensors, tensor => Assert.Equal(source.ReadSingles(tensor.Source), import.Values(tensor.Target)!));
        Assert.Equal(["fc.weight", "fc.bias"], import.Dropped.Where(tensor => tensor.Reason == "--drop fc").Select(tensor => tensor.Name));
        Assert.Equal(
            TensorLayout.Of(NetworkLayout.Of(detector)).Select(tensor => tensor.Name).Where(name => !name.Contains("body", StringComparison.Ordinal)),
            import.Fresh.Select(tensor => tensor.Name));
        Assert.All(import.Fresh, tensor => Assert.Null(import.Values(tensor.Name)));
    }

    [Fact]
    public void Of_AFreshPart_LeavesOutWhatTheSourceHasForIt()
    {
        ModelSpec spec = SourceState.Classifier(18, BlockKind.SewAdd);
        List<TensorData> tensors = SourceState.Of(spec with { Labels = ["one", "two"] });
        using SafetensorsFile source = SourceState.Save(_folder.File("a.safetensors"), tensors);

        var import = StateImport.Of(source, new ImportRequest(spec) { Fresh = [new("fc"), new("layer4.1")] });

        Assert.Empty(import.Misfits);
        Assert.Equal(12, import.Fresh.Count);
        Assert.Equal(import.Fresh.Select(tensor => tensor.Name).Order(), import.Dropped.Select(tensor => tensor.Name).Order());
        Assert.Contains(new("fc.bias", "--fresh fc"), import.Dropped);
        Assert.Contains(new("layer4.1.bn2.running_var", "--fresh layer4.1"), import.Dropped);
    }

    [Fact]
    public void Of_CountersAndNeuronState_AreDroppedWithAReason()
    {
        ModelSpec spec = SourceState.Classifier(10, BlockKind.SewAdd);
        List<TensorData> tensors = SourceState.WithCounters(SourceState.Of(spec));
        string[] states = ["sn1.v", "layer1.0.sn2.v_seq", "layer2.0.downsample_sn.v", "layer2.0.downsample.2.spike"];
        tensors.AddRange(states.Select(name => TensorData.Of(name, [1, 2], (float[])[float.NaN, 1])));
        using SafetensorsFile source = SourceState.Save(_folder.File("a.safetensors"), tensors);

        var import = StateImport.Of(source, new ImportRequest(spec));

        Assert.Empty(import.Misfits);
        Assert.Equal(states, import.Dropped.Where(tensor => tensor.Reason.StartsWith("state of a neuron", StringComparison.Ordinal)).Select(tensor => tensor.Name));
        Assert.Equal(
            source.Tensors.Keys.Where(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal)),
            import.Dropped.Where(tensor => tensor.Reason.StartsWith("a counter", StringComparison.Ordinal)).Select(tensor => tensor.Name));
        Assert.Equal(tensors.Count, import.Tensors.Count + import.Dropped.Count);
    }

    [Fact]
    public void Of_OtherTypesAndShapesOfOne_AreConvertedAndSaid()
    {
        ModelSpec spec = SourceState.Classifier(10, BlockKind.SewAdd, NeuronKind.ParametricLeaky);
        List<TensorData> tensors = SourceState.Of(spec);
        float[] exact = [0.5f, -1.25f];
        Replace(tensors, "bn1.weight", new("bn1.weight", TensorType.Float16, [2], Bytes(exact.Select(value => (Half)value))));
        Replace(tensors, "bn1.bias", new("bn1.bias", TensorType.Float64, [2], Bytes(exact.Select(value => value + 1e-12))));
        Replace(tensors, "bn1.running_mean", new(
            "bn1.running_mean", TensorType.BFloat16, [2], Bytes(exact.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)))));
        Replace(tensors, "sn1.w", TensorData.Of("sn1.w", [1], (float[])[0.75f]));
        using SafetensorsFile source = SourceState.Save(_folder.File("a.safetensors"), tensors);

        var import = StateImport.Of(source, new ImportRequest(spec));

        Assert.Empty(import.Misfits);
        Assert.Equal(exact, import.Values("bn1.weight")!);
        Assert.Equal(exact, import.Values("bn1.bias")!);
        Assert.Equal(exact, import.Values("bn1.running_mean")!);
        Assert.Equal([0.75f], import.Values("sn1.w")!);
        Assert.Equal(
            [("bn1.weight", "F16 to F32"), ("bn1.bias", "F64 to F32"), ("bn1.running_mean", "BF16 to F32"), ("sn1.w", "[1] to a scalar")],
            import.Tensors.Where(tensor => tensor.Conversion is not null).Select(tensor => (tensor.Target, tensor.Conversion!)));
        Assert.Empty(import.Tensors.Single(tensor => tensor.Target == "sn1.w").Shape);
    }

    [Theory]
    [InlineData(BlockKind.SewIand, 50, true)]
    [InlineData(BlockKind.SewIand, 18, false)]
    [InlineData(BlockKind.SewAdd, 50, false)]
    public void Of_TheBottleneckOfIand_TellsThatSpikingJellyComputesAnother(BlockKind block, int depth, bool noted)
    {
        ModelSpec spec = SourceState.Classifier(depth, block);
        using SafetensorsFile source = SourceState.Save(_folder.File("a.safetensors"), SourceState.Of(spec));

        Assert.Equal(noted, StateImport.Of(source, new ImportRequest(spec)).Notes.Any(note => note.Contains("IAND", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(10, BlockKind.SpikeGate)]
    [InlineData(18, BlockKind.Spiking)]
    [InlineData(34, BlockKind.SewAnd)]
    [InlineData(50, BlockKind.Ann)]
    public void NameTable_OfEveryNetwork_HoldsNoNameForTwoTensors(int depth, BlockKind block)
    {
        ModelSpec spec = SourceState.Classifier(depth, block, NeuronKind.ParametricLeaky);
        GateKind gate = block == BlockKind.SpikeGate ? GateKind.BsgStar : GateKind.Bsg;
        spec = spec with { Backbone = spec.Backbone with { Gate = gate }, Decoder = new DecoderSpec { ChannelReduction = 2 } };
        ModelSpec detector = SourceState.Detector(block) with { Backbone = spec.Backbone, Decoder = spec.Decoder };

        foreach (NetworkLayout network in (NetworkLayout[])[NetworkLayout.Of(spec), NetworkLayout.Of(detector), NetworkLayout.Of(SourceState.Events(block))])
        {
            var table = new NameTable(network);
            Assert.All(TensorLayout.Of(network), tensor => Assert.Equal(tensor.Name, table.Target(tensor.Name)));
        }
    }

    private static void Replace(List<TensorData> tensors, string name, TensorData with) =>
        tensors[tensors.FindIndex(tensor => tensor.Name == name)] = with;

    private static byte[] Bytes<T>(IEnumerable<T> values)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values.ToArray()).ToArray();

    private void Check(string scheme, ModelSpec spec, bool counters)
    {
        List<TensorData> original = SourceState.Of(spec);
        List<TensorData> all = counters ? SourceState.WithCounters(original) : original;
        List<TensorData> renamed = [.. all.Select(tensor => tensor with { Name = NamingScheme.Name(scheme, tensor.Name) })];

        // The order of a file says nothing.
        renamed.Reverse();
        using SafetensorsFile source = SourceState.Save(_folder.File("state.safetensors"), renamed);

        var import = StateImport.Of(source, new ImportRequest(spec));

        Assert.Empty(import.Misfits);
        Assert.Empty(import.Fresh);
        Assert.Equal(original.Select(tensor => tensor.Name), import.Tensors.Select(tensor => tensor.Target));
        Assert.Equal(original.Select(tensor => NamingScheme.Name(scheme, tensor.Name)), import.Tensors.Select(tensor => tensor.Source));
        Assert.All(original, tensor => Assert.Equal(
            tensor.Bytes.ToArray(), Bytes(import.Values(tensor.Name)!)));
        Assert.Equal(all.Count - original.Count, import.Dropped.Count);
    }
}
