using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>The M (anchor, class) pairs of each picture that may become detections.</summary>
/// <param name="Scores">float [N, M], 0…1.</param>
/// <param name="Labels">int64 [N, M]: class of each pair.</param>
/// <param name="Anchors">int64 [N, M]: row of each pair's anchor over all levels.</param>
/// <param name="Count">M, the same for every picture.</param>
internal sealed record Candidates(Value Scores, Value Labels, Value Anchors, int Count);
