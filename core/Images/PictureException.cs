namespace SpikingDetector.Core.Images;

/// <summary>A picture was refused; <see cref="Error"/> says why for programs, the message for people.</summary>
public sealed class PictureException : InvalidInputException
{
    public PictureException(PictureError error, string message)
        : base(message) => Error = error;

    /// <summary>The kind of refusal.</summary>
    public PictureError Error { get; }
}
