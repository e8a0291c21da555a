using SpikingDetector.Tests;

namespace SpikingDetector.Inference.Tests;

/// <summary>The reference models, open on the CPU; made once for a class of tests.</summary>
public sealed class ReferenceSessions : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ReferenceSessions()
    {
        Detector = Open(ReferenceModels.Detector);
        Classifier = Open(ReferenceModels.Classifier);
    }

    public ModelSession Detector { get; }

    public ModelSession Classifier { get; }

    public void Dispose()
    {
        Detector.Dispose();
        Classifier.Dispose();
        _folder.Dispose();
    }

    private ModelSession Open(string name)
    {
        ReferenceModels.ExportTo(_folder[$"{name}.onnx"], name);
        return ModelSession.Open(_folder[$"{name}.onnx"], new ModelSessionOptions { Device = ExecutionDevice.Cpu });
    }
}
