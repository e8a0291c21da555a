namespace SpikingDetector.Training.Data;

/// <summary>A change of colour that <see cref="ColourJitter"/> makes.</summary>
internal enum ColourChange
{
    /// <summary>c · factor.</summary>
    Brightness,

    /// <summary>mean grey + (c − mean grey) · factor.</summary>
    Contrast,

    /// <summary>grey + (c − grey) · factor, the grey of each pixel.</summary>
    Saturation,

    /// <summary>The hue turned by the factor, in turns.</summary>
    Hue,
}
