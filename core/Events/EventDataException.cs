namespace SpikingDetector.Core.Events;

/// <summary>Event data were refused; <see cref="Error"/> says why for programs, the message for people.</summary>
public sealed class EventDataException : InvalidInputException
{
    public EventDataException(EventDataError error, string message)
        : base(message) => Error = error;

    public EventDataException(EventDataError error, string message, Exception innerException)
        : base(message, innerException) => Error = error;

    /// <summary>The kind of refusal.</summary>
    public EventDataError Error { get; }
}
