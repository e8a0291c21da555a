using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Import;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Tests.Import;

/// <summary>What does not fit is named, every tensor of it.</summary>
public sealed class ImportRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_SeveralMisfits_NamesEachWithWhatWasExpectedAndFound()
    {
        ModelSpec spec = SourceState.Classifier(18, BlockKind.SewAdd, NeuronKind.ParametricLeaky);
        List<TensorData> tensors = SourceState.Of(spec);
        tensors.RemoveAll(tensor => tensor.Name is "layer1.0.sn2.w" or "layer3.1.conv2.weight");
        Change(tensors, "fc.weight", tensor => TensorData.Of("module.fc.weight", [4, 16], new float[64]));
        Change(tensors, "bn1.weight", tensor => new(tensor.Name, TensorType.Int32, [2], new byte[8]));
        Change(tensors, "bn1.bias", tensor => TensorData.Of(tensor.Name, [2], (float[])[1, float.NaN]));
        Change(tensors, "bn1.running_mean", tensor => TensorData.Of(tensor.Name, [2], (float[])[float.NegativeInfinity, float.NaN]));
        Change(tensors, "bn1.running_var", tensor => TensorData.Of(tensor.Name, [2], (float[])[1, -0.5f]));
        Change(tensors, "layer1.0.bn1.bias", tensor => new(tensor.Name, TensorType.Float64, [2], Doubles(1, 1e300)));
        Change(tensors, "sn1.w", tensor => TensorData.Of(tensor.Name, [2], (float[])[1, 1]));
        tensors.Add(TensorData.Of("layer4.2.conv1.weight", [1, 2, 3, 3], new float[18]));
        tensors.Add(TensorData.Of("layer2.0.conv1.0.weight", [4, 2, 3, 3], new float[72]));
        tensors.Add(TensorData.Of("layer2.0.bn9.num_batches_tracked", [], (long[])[1]));
        tensors.Add(TensorData.Of("layer2.0.v", [1], new float[1]));

        string[] misfits = Misfits(spec, tensors);

        Assert.Equal(
            [
                "extra: layer4.2.conv1.weight: shape [1, 2, 3, 3], the spec's network has no place for it",
                "extra: layer2.0.bn9.num_batches_tracked: shape [], the spec's network has no place for it",
                "extra: layer2.0.v: shape [1], the spec's network has no place for it",
                "type: bn1.weight: expected F32, F16, BF16 or F64, found I32",
                "value: bn1.bias: 1 of 2 values are NaN, infinite or beyond float32, the first at index 1",
                "value: bn1.running_mean: 2 of 2 values are NaN, infinite or beyond float32, the first at index 0",
                "value: bn1.running_var: a variance is negative, at index 1",
                "shape: sn1.w: expected [], found [2]",
                "value: layer1.0.bn1.bias: 1 of 2 values are NaN, infinite or beyond float32, the first at index 1",
                "missing: layer1.0.sn2.w: expected with shape []",
                "duplicate: layer2.0.conv1.weight: claimed by layer2.0.conv1.weight and layer2.0.conv1.0.weight",
                "missing: layer3.1.conv2.weight: expected with shape [8, 8, 3, 3]",
                "shape: fc.weight: expected [3, 16], found [4, 16] in module.fc.weight",
            ],
            misfits);
    }

    [Fact]
    public void Of_AFileOfNothing_NamesEveryTensorOfTheSpec()
    {
        ModelSpec spec = SourceState.Classifier(10, BlockKind.Ann);

        string[] misfits = Misfits(spec, []);

        Assert.Equal(SourceState.Of(spec).Select(tensor => tensor.Name), misfits.Select(misfit => misfit.Split(": ")[1]));
        Assert.All(misfits, misfit => Assert.StartsWith("missing: ", misfit, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_AnotherKindOfTensorUnderAFittingName_IsRefusedByShape()
    {
        // torchvision's downsample.1 is a normalisation; a convolution there would be of another network.
        ModelSpec spec = SourceState.Classifier(10, BlockKind.Ann);
        List<TensorData> tensors = SourceState.Of(spec);
        Change(tensors, "layer2.0.downsample.1.weight", tensor => TensorData.Of(tensor.Name, [4, 4, 1, 1], new float[16]));

        Assert.Equal(["shape: layer2.0.downsample.1.weight: expected [4], found [4, 4, 1, 1]"], Misfits(spec, tensors));
    }

    [Theory]
    [InlineData("decoder", "--fresh decoder")]
    [InlineData("gate", "--fresh gate")]
    [InlineData("w missing", "\"if\" or \"lif\"")]
    [InlineData("w left over", "\"plif\"")]
    [InlineData("classes", "--fresh fc")]
    [InlineData("categories", "--fresh cls_logits")]
    [InlineData("classifier for a detector", "--drop fc")]
    [InlineData("backbone for a detector", "--fresh fpn --fresh head")]
    [InlineData("p6", "detector.p6_source")]
    [InlineData("stem", "backbone.stem")]
    [InlineData("depth", "backbone.depth")]
    public void Advice_ForAUsualCause_SaysWhatToChange(string cause, string expected)
    {
        ModelSpec plain = SourceState.Classifier(18, BlockKind.SewAdd);
        ModelSpec leaky = SourceState.Classifier(18, BlockKind.SewAdd, NeuronKind.ParametricLeaky);
        ModelSpec gated = plain with { Backbone = plain.Backbone with { Block = BlockKind.SpikeGate, Gate = GateKind.BsgStar } };
        ModelSpec detector = SourceState.Detector(BlockKind.SewAdd);
        (ModelSpec spec, ModelSpec source) = cause switch
        {
            "decoder" => (plain with { Decoder = new DecoderSpec { ChannelReduction = 2 } }, plain),
            "gate" => (gated, plain),
            "w missing" => (leaky, plain),
            "w left over" => (plain, leaky),
            "classes" => (plain, plain with { Labels = ["one"] }),
            "categories" => (detector, detector with { Categories = [new(1, "one")] }),
            "classifier for a detector" or "backbone for a detector" => (detector, SourceState.Classifier(50, BlockKind.SewAdd)),
            "p6" => (detector, detector with { Detector = detector.Detector! with { P6Source = P6Source.P5 } }),
            "stem" => (plain, plain with { Backbone = plain.Backbone with { Stem = StemKind.Cifar } }),
            _ => (plain, SourceState.Classifier(34, BlockKind.SewAdd)),
        };
        using SafetensorsFile fitting = SourceState.Save(_folder.File("a.safetensors"), SourceState.Of(spec));
        using SafetensorsFile other = SourceState.Save(_folder.File("b.safetensors"), SourceState.Of(source));

        Assert.Empty(StateImport.Of(fitting, new ImportRequest(spec)).Advice);
        Assert.Contains(
            StateImport.Of(other, new ImportRequest(spec)).Advice, sentence => sentence.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fresh", "--fresh decoder: the spec's network has no tensor with 'decoder' in its path.")]
    [InlineData("drop", "--drop decoder: {0} has no tensor with 'decoder' in its path.")]
    public void Of_APartThatIsNotThere_IsRefused(string option, string expected)
    {
        ModelSpec spec = SourceState.Classifier(10, BlockKind.Ann);
        using SafetensorsFile source = SourceState.Save(_folder.File("a.safetensors"), SourceState.Of(spec));
        NamePart[] parts = [new("decoder")];
        var request = new ImportRequest(spec) { Fresh = option == "fresh" ? parts : [], Drop = option == "drop" ? parts : [] };

        Assert.Equal(
            expected.Replace("{0}", source.Path, StringComparison.Ordinal),
            Assert.Throws<InvalidInputException>(() => StateImport.Of(source, request)).Message);
    }

    [Theory]
    [InlineData("PK\u0003\u0004\u0000\u0000\u0008\u0008\u0000\u0000")]
    [InlineData("\u0080\u0002}q\u0000(X\u0005\u0000\u0000\u0000")]
    [InlineData("\u0080\u0004\u0095\u0010\u0000\u0000\u0000\u0000\u0000\u0000")]
    public void Open_WhatTorchSaveWrote_TellsHowToConvertIt(string start)
    {
        string path = _folder.File("model.pth");
        File.WriteAllBytes(path, [.. start.Select(character => (byte)character), .. new byte[100]]);

        string message = Assert.Throws<InvalidInputException>(() => StateFile.Open(path)).Message;

        Assert.StartsWith($"{path} was written by torch.save", message, StringComparison.Ordinal);
        Assert.Contains("from safetensors.torch import save_file", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Open_AHeaderWhoseLengthLooksLikeAPickle_IsReadAsSafetensors()
    {
        // 0x0280 bytes of header: the file begins as a pickle of protocol 2 does.
        string header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}".PadRight(0x0280);
        string path = _folder.File("a.safetensors");
        File.WriteAllBytes(path, Checkpoints.RawSafetensors.Of(header, 4));

        using SafetensorsFile file = StateFile.Open(path);

        Assert.Equal(["a"], file.Tensors.Keys);
    }

    [Fact]
    public void Open_AMissingFile_IsRefused() => Assert.Equal(
        $"There is no file '{_folder.Path}/no'; expected a .safetensors file.",
        Assert.Throws<InvalidInputException>(() => StateFile.Open(Path.Combine(_folder.Path, "no"))).Message);

    private static void Change(List<TensorData> tensors, string name, Func<TensorData, TensorData> change)
    {
        int index = tensors.FindIndex(tensor => tensor.Name == name);
        tensors[index] = change(tensors[index]);
    }

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private string[] Misfits(ModelSpec spec, List<TensorData> tensors)
    {
        using SafetensorsFile source = SourceState.Save(_folder.File("bad.safetensors"), tensors);
        return [.. StateImport.Of(source, new ImportRequest(spec)).Misfits.Select(misfit => misfit.ToString())];
    }
}
