using Google.Protobuf;
using SpikingDetector.Core;
using SpikingDetector.Export.Graph;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Tests;

/// <summary>Every form of a network in every operator set.</summary>
public sealed class OperatorSetTests : IDisposable
{
    private static readonly (int OperatorSet, long Ir)[] Expected = [(17, 8), (18, 8), (19, 9), (20, 9), (21, 10)];

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("operator-sets-");

    /// <summary>Those with folded time steps have all operators of those with steps apart, and Split.</summary>
    public static TheoryData<string> Models =>
        [.. FormModels.Names.Select(row => row.Data).Where(name => name.EndsWith("folded", StringComparison.Ordinal) || name.StartsWith("ordinary", StringComparison.Ordinal))];

    public void Dispose() => _files.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Models))]
    public void OldestAndNewest_GiveTheSameBits(string name)
    {
        Dictionary<string, Tensor> newest = Run(FormModels.Export(name), name);
        Dictionary<string, Tensor> oldest = Run(FormModels.Export(name, OperatorSets.Oldest), name);
        Assert.Equal(newest.Keys, oldest.Keys);
        Assert.All(newest, output => Assert.Equal(output.Value.Elements, oldest[output.Key].Elements));
    }

    [Fact]
    public void EachSet_IsDeclaredWithTheIrVersionOfItsRelease()
    {
        const string Name = "detector Float32 apart";
        foreach ((int operatorSet, long ir) in Expected)
        {
            ModelProto model = FormModels.Export(Name, operatorSet);
            Assert.Equal(operatorSet, model.OpsetImport.Single().Version);
            Assert.Equal(ir, model.IrVersion);
            Run(model, Name);
        }

        Assert.Equal(21, new ExportOptions().OperatorSet);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void OtherSets_AreRefused(int operatorSet)
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.EventVariants["sg"]);
        var error = Assert.Throws<InvalidInputException>(() => OnnxExporter.Export(checkpoint.File, new ExportOptions { OperatorSet = operatorSet }));
        Assert.Contains($"{operatorSet}; expected a whole number from 17 to 21", error.Message, StringComparison.Ordinal);
    }

    /// <summary>ONNX's own checker, types and shapes of all values included; Debian's reads operator sets up to 17.</summary>
    [Fact]
    public void Oldest_PassesTheOnnxChecker()
    {
        Assert.SkipUnless(OnnxChecker.IsInstalled, "needs Debian's python3-onnx");
        var operators = new HashSet<string>();
        foreach (string name in FormModels.Names.Select(row => row.Data))
        {
            ModelProto model = FormModels.Export(name, OperatorSets.Oldest);
            operators.UnionWith(model.Graph.Node.Select(node => node.OpType));
            File.WriteAllBytes(Path.Combine(_files.FullName, $"{name}.onnx"), model.ToByteArray());
        }

        Assert.Superset(new HashSet<string> { "QLinearConv", "QLinearAdd", "MatMulInteger", "Conv" }, operators);
        Assert.Empty(OnnxChecker.Complaints(_files.FullName));
    }

    private static Dictionary<string, Tensor> Run(ModelProto proto, string name)
    {
        using var model = new OnnxModel(proto.ToByteArray());
        return model.Run(FormModels.RandomInput(name));
    }
}
