namespace SpikingDetector.Core.Images;

/// <summary>Why a picture was refused.</summary>
public enum PictureError
{
    /// <summary>There are no bytes.</summary>
    Empty,

    /// <summary>The first bytes are not those of a format that is accepted.</summary>
    UnsupportedFormat,

    /// <summary>It has more pixels than <see cref="PictureLimits"/> allows.</summary>
    TooLarge,

    /// <summary>It is cut short or damaged.</summary>
    Undecodable,
}
