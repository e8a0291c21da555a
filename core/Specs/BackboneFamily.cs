namespace SpikingDetector.Core.Specs;

/// <summary>Which network the backbone is; it decides what the input is.</summary>
public enum BackboneFamily
{
    /// <summary>Four stages of residual blocks on pictures.</summary>
    ResNet,

    /// <summary>7B-Net (Fang et al. 2021): seven residual blocks on event recordings.</summary>
    SevenB,
}
