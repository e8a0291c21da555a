namespace SpikingDetector.Service.Images;

/// <summary>How much of a request is read.</summary>
/// <param name="BodyBytes">Most bytes of the whole body.</param>
/// <param name="FileBytes">Most bytes of one file of a form.</param>
/// <param name="Files">Most files of a form; null where there is no limit.</param>
internal readonly record struct UploadLimits(long BodyBytes, int FileBytes, int? Files);
