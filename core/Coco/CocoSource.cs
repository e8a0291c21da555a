namespace SpikingDetector.Core.Coco;

/// <summary>An annotation file and where its pictures may be.</summary>
/// <param name="AnnotationFile">The instances file.</param>
/// <param name="PictureFolders">
/// Folders that its file names may be relative to; the first that holds the first picture is meant.
/// </param>
public sealed record CocoSource(string AnnotationFile, IReadOnlyList<string> PictureFolders);
