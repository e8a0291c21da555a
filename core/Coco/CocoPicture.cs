namespace SpikingDetector.Core.Coco;

/// <summary>A picture of a data set with its objects.</summary>
/// <param name="Id">Its id in the annotation file.</param>
/// <param name="Path">Its file, which exists.</param>
/// <param name="Width">Pixels of its rows as the annotation file says.</param>
/// <param name="Height">Its rows as the annotation file says.</param>
/// <param name="Objects">In the file's order; may be empty.</param>
public sealed record CocoPicture(long Id, string Path, int Width, int Height, IReadOnlyList<CocoObject> Objects);
