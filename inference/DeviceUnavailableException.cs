using SpikingDetector.Core;

namespace SpikingDetector.Inference;

/// <summary>
/// The device that was asked for does not work here. No model can be opened on it, so that a program ends at its
/// start instead of refusing one model after the other.
/// </summary>
public sealed class DeviceUnavailableException : InvalidInputException
{
    public DeviceUnavailableException(string message)
        : base(message)
    {
    }

    public DeviceUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public DeviceUnavailableException()
    {
    }
}
