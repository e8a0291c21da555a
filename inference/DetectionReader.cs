using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;

namespace SpikingDetector.Inference;

/// <summary>Reads the rows [N, K] of a detector's outputs.</summary>
internal readonly ref struct DetectionReader
{
    private readonly ReadOnlySpan<float> _boxes;
    private readonly ReadOnlySpan<float> _scores;
    private readonly ReadOnlySpan<long> _labels;
    private readonly int _rows;
    private readonly float _scoreThreshold;
    private readonly int _maxDetections;

    public DetectionReader(ModelOutputs outputs, float scoreThreshold, int maxDetections)
    {
        _boxes = outputs.Floats(GraphContract.Boxes);
        _scores = outputs.Floats(GraphContract.Scores);
        _labels = outputs.Longs(GraphContract.Labels);
        _rows = (int)outputs.Shape(GraphContract.Scores)[1];
        _scoreThreshold = scoreThreshold;
        _maxDetections = maxDetections;
    }

    /// <summary>The detections of one picture, in its pixels.</summary>
    /// <param name="picture">Its position in the batch.</param>
    /// <param name="transform">How it lies in the input; null where the input is the picture.</param>
    public List<Detection> Read(int picture, LetterboxTransform? transform)
    {
        var found = new List<Detection>();
        for (int row = picture * _rows; row < (picture + 1) * _rows && found.Count < _maxDetections; row++)
        {
            // Scores descend, and unused rows (label −1) come last.
            if (_labels[row] < 0 || _scores[row] < _scoreThreshold)
                break;

            var box = new Box(_boxes[4 * row], _boxes[4 * row + 1], _boxes[4 * row + 2], _boxes[4 * row + 3]);
            var detection = new Detection(box, (int)_labels[row], _scores[row]);
            if ((transform is { } placement ? placement.ToSource(detection) : detection) is { } placed)
                found.Add(placed);
        }

        return found;
    }
}
