namespace SpikingDetector.Core.Specs;

/// <summary>The residual network of pictures, or the seven-block network of event recordings (Fang et al. 2021).</summary>
public enum BackboneFamily
{
    ResNet,
    SevenB,
}
