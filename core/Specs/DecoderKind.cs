namespace SpikingDetector.Core.Specs;

/// <summary>How spikes of T steps become real numbers: attention spike decoder, or the mean over the steps.</summary>
public enum DecoderKind
{
    Attention,
    Rate,
}
