using SpikingDetector.Core.Architecture;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Forms;

/// <summary>The number format that feature pyramid and heads compute in.</summary>
internal interface IDetectorForm
{
    /// <summary>A decoded feature in floats, of the stage with this number among those that are decoded.</summary>
    Activation Enter(int stage, Activation feature);

    Activation Convolve(ConvolutionLayout layout, Activation input);

    /// <summary>A convolution and ReLU of a level, in a head whose levels share weights.</summary>
    Activation ConvolveAndRectify(ConvolutionLayout layout, Activation input, string head, string level);

    /// <summary>The last convolution of a head, float [N, h, w, C].</summary>
    Value ConvolveToChannelsLast(ConvolutionLayout layout, Activation input, string level);

    /// <summary>ReLU in a module.</summary>
    Activation Rectify(string module, Activation input);

    /// <summary>A level and the one above it, twice as large each way.</summary>
    Activation AddEnlarged(string module, Activation lateral, Activation coarser);
}
