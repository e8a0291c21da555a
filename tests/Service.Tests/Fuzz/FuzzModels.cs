using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>The models that are attacked: a detector, a classifier, and one that takes events.</summary>
internal static class FuzzModels
{
    public static (int Height, int Width) DetectorInput { get; } = InputOf(ReferenceModels.Detector);

    public static (int Height, int Width) ClassifierInput { get; } = InputOf(ReferenceModels.Classifier);

    public static void ExportTo(TemporaryFolder folder)
    {
        ReferenceModels.ExportTo(folder["things.onnx"], ReferenceModels.Detector);
        ReferenceModels.ExportTo(folder["kinds.onnx"], ReferenceModels.Classifier);
        EventModel.ExportTo(folder["moves.onnx"], timeSteps: 4);
    }

    private static (int Height, int Width) InputOf(string name)
    {
        Core.Images.Picture picture = ReferenceModels.Pictures(name)[0];
        return (picture.Height, picture.Width);
    }
}
