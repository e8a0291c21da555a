namespace SpikingDetector.Core.Coco;

/// <summary>
/// A box as COCO's files write it: top-left corner, width and height in pixels, in double precision because the
/// evaluation is defined in it.
/// </summary>
public readonly record struct CocoBox(double X, double Y, double Width, double Height)
{
    /// <summary>Width · height, in square pixels.</summary>
    public double Area => Width * Height;

    /// <summary>The same box by its corners, in single precision.</summary>
    public Detection.Box ToBox() => new((float)X, (float)Y, (float)(X + Width), (float)(Y + Height));

    /// <summary>The box with the given corners.</summary>
    public static CocoBox From(Detection.Box box) => new(box.X1, box.Y1, (double)box.X2 - box.X1, (double)box.Y2 - box.Y1);
}
