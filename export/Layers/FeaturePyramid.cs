using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Forms;

namespace SpikingDetector.Export.Layers;

/// <summary>Feature pyramid (Lin et al. 2017) with the two coarse levels of RetinaNet, as torchvision builds it.</summary>
internal static class FeaturePyramid
{
    private const string Path = "backbone.fpn";

    /// <summary>Decoded C3, C4, C5, each in floats and half as large as the one before, to P3…P7.</summary>
    public static Activation[] Emit(IDetectorForm form, ModelSpec spec, DetectorLayout layout, IReadOnlyList<Activation> features)
    {
        Activation[] inputs = [.. features.Select((feature, i) => form.Enter(i, feature))];
        var levels = new Activation[inputs.Length];
        Activation? coarser = null;
        for (int i = inputs.Length - 1; i >= 0; i--)
        {
            Activation lateral = form.Convolve(layout.Inner[i], inputs[i]);
            Activation merged = coarser is { } above ? form.AddEnlarged($"{Path}.top_down.{i}", lateral, above) : lateral;
            levels[i] = form.Convolve(layout.Outer[i], merged);
            coarser = merged;
        }

        Activation p6 = form.Convolve(layout.P6, spec.Detector!.P6Source == P6Source.C5 ? inputs[^1] : levels[^1]);
        Activation p7 = form.Convolve(layout.P7, form.Rectify(layout.P7.Name, p6));
        return [.. levels, p6, p7];
    }
}
