using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;

namespace SpikingDetector.Export.Layers;

/// <summary>Non-maximum suppression within each class, then the best detections of each picture in a table of K rows.</summary>
internal sealed class Suppression(GraphBuilder graph, DetectorSpec detector, int classes)
{
    /// <summary>Label of unused rows.</summary>
    private const long NoLabel = -1;

    /// <summary>Candidates and their boxes [N, M, 4] to the outputs <c>boxes</c>, <c>scores</c>, <c>labels</c>.</summary>
    public void Emit(Candidates candidates, Value boxes, Dimension batch)
    {
        using IDisposable scope = graph.Module("nms");
        Value kept = EmitKeptScores(candidates, boxes);

        int rows = Math.Min(detector.MaxDetections, candidates.Count);
        Value[] best = graph.Op("TopK", 2, [kept, graph.Vector<long>(rows)], Attributes.Int("axis", 1));
        (Value scores, Value rank) = (best[0], best[1]);

        // Kept scores are above a threshold that is at least 0; rows that hold 0 are those of suppressed candidates.
        Value found = graph.Op("Greater", [scores, graph.Scalar(0f)]);
        Value labels = graph.Op("GatherElements", [candidates.Labels, rank], Attributes.Int("axis", 1));
        labels = graph.Op("Where", [found, labels, graph.Scalar(NoLabel)]);
        Value corners = graph.Op(
            "Where", [graph.Op("Unsqueeze", [found, graph.Vector(-1L)]), graph.GatherRows(boxes, rank), graph.Scalar(0f)]);

        int missing = detector.MaxDetections - rows;
        if (missing > 0)
        {
            scores = graph.Op("Pad", [scores, graph.Vector<long>(0, 0, 0, missing), graph.Scalar(0f)]);
            labels = graph.Op("Pad", [labels, graph.Vector<long>(0, 0, 0, missing), graph.Scalar(NoLabel)]);
            corners = graph.Op("Pad", [corners, graph.Vector<long>(0, 0, 0, 0, missing, 0), graph.Scalar(0f)]);
        }

        graph.Output<float>("boxes", corners, batch, detector.MaxDetections, 4);
        graph.Output<float>("scores", scores, batch, detector.MaxDetections);
        graph.Output<long>("labels", labels, batch, detector.MaxDetections);
    }

    /// <summary>Scores [N, M], 0 where a candidate was suppressed or is below the threshold.</summary>
    private Value EmitKeptScores(Candidates candidates, Value boxes)
    {
        Value selected = graph.Op(
            "NonMaxSuppression",
            [
                boxes,
                EmitScoresByClass(candidates),
                graph.Scalar((long)detector.MaxDetections),
                graph.Scalar(detector.NmsThreshold),
                graph.Scalar(detector.ScoreThreshold),
            ]);

        // Rows are (picture, class, candidate); a candidate belongs to one class, so the class says nothing new.
        Value places = graph.Op("Gather", [selected, graph.Vector<long>(0, 2)], Attributes.Int("axis", 1));
        Value selectedScores = graph.Op("GatherND", [candidates.Scores, places]);
        Value nothing = graph.Op("ConstantOfShape", [graph.Op("Shape", [candidates.Scores])]);
        return graph.Op("ScatterND", [nothing, places, selectedScores]);
    }

    /// <summary>
    /// [N, classes, M]: each candidate's score in the row of its class, 0 elsewhere. The operator then compares boxes
    /// within a class only, at their true coordinates, where shifting each class apart would cost bits of the overlap.
    /// </summary>
    private Value EmitScoresByClass(Candidates candidates)
    {
        Value labels = graph.Op("Unsqueeze", [candidates.Labels, graph.Vector(1L)]);
        long[] all = [.. Enumerable.Range(0, classes).Select(label => (long)label)];
        Value isOfClass = graph.Op("Equal", [labels, graph.Initializer<long>("nms.classes", all, 1, classes, 1)]);
        Value mask = graph.Op("Cast", [isOfClass], Attributes.Int("to", (int)Proto.TensorProto.Types.DataType.Float));
        return graph.Op("Mul", [mask, graph.Op("Unsqueeze", [candidates.Scores, graph.Vector(1L)])]);
    }
}
