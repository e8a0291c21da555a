using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Export.Tests.Slow;

namespace SpikingDetector.Export.Tests.Layers;

/// <summary>Candidates, box decoding and suppression together, from the heads' values to the three outputs.</summary>
public sealed class DetectionPostprocessingTests
{
    private const int Classes = 3;
    private const int Pictures = 2;
    private static readonly int[] AnchorsOfLevel = [40, 12, 1];
    private static readonly PictureInputSpec Input = new() { Height = 64, Width = 96, Mean = [0, 0, 0], Std = [1, 1, 1] };

    [Theory]
    [InlineData(1000, 100, 0.05f, 0.5f)]
    [InlineData(7, 100, 0.05f, 0.5f)]
    [InlineData(1000, 3, 0.05f, 0.5f)]
    [InlineData(1000, 1, 0.05f, 0.5f)]
    [InlineData(1, 100, 0.05f, 0.5f)]
    [InlineData(1000, 500, 0.05f, 0.5f)]
    [InlineData(1000, 100, 0.8f, 0.5f)]
    [InlineData(1000, 100, 0f, 0.1f)]
    [InlineData(1000, 100, 0.05f, 0f)]
    [InlineData(1000, 100, 0.05f, 1f)]
    public void Detections_AreThoseOfTheDescription(int candidates, int maximum, float scoreThreshold, float nmsThreshold)
    {
        var detector = new DetectorSpec
        {
            CandidatesPerLevel = candidates,
            MaxDetections = maximum,
            ScoreThreshold = scoreThreshold,
            NmsThreshold = nmsThreshold,
        };
        var heads = new Heads(new Random(3), logitOffset: 0);
        int suppressedOrCut = 0;
        Dictionary<string, Tensor> outputs = Run(heads, detector);
        for (int n = 0; n < Pictures; n++)
        {
            List<SlowPostprocessing.Found> expected = SlowPostprocessing.Run(
                heads.Logits[n], heads.Deltas[n], heads.Anchors, detector, Input);
            Check(expected, outputs, n, maximum);
            suppressedOrCut += AnchorsOfLevel.Sum() * Classes - expected.Count;
        }

        Assert.True(suppressedOrCut > 0);
    }

    [Fact]
    public void NothingFound_GivesUnusedRowsOnly()
    {
        Dictionary<string, Tensor> outputs = Run(new Heads(new Random(3), logitOffset: -20), new DetectorSpec());
        Assert.Equal([Pictures, 100, 4], outputs["boxes"].Shape);
        Assert.All(outputs["boxes"].Floats, side => Assert.Equal(0, side));
        Assert.All(outputs["scores"].Floats, score => Assert.Equal(0, score));
        Assert.All(outputs["labels"].Longs, label => Assert.Equal(-1, label));
    }

    [Fact]
    public void HugeDeltas_AreCappedAndClippedToThePicture()
    {
        var heads = new Heads(new Random(3), logitOffset: 3);
        foreach (float[] delta in heads.Deltas.SelectMany(levels => levels).SelectMany(rows => rows))
            (delta[2], delta[3]) = (90, 4);
        Dictionary<string, Tensor> outputs = Run(heads, new DetectorSpec { NmsThreshold = 1 });
        for (int n = 0; n < Pictures; n++)
        {
            List<SlowPostprocessing.Found> expected = SlowPostprocessing.Run(
                heads.Logits[n], heads.Deltas[n], heads.Anchors, new DetectorSpec { NmsThreshold = 1 }, Input);
            Check(expected, outputs, n, 100);
            Assert.All(expected, found => Assert.InRange(found.Box[2], 0, Input.Width));
        }
    }

    private static void Check(List<SlowPostprocessing.Found> expected, Dictionary<string, Tensor> outputs, int picture, int rows)
    {
        Assert.Equal([Pictures, rows, 4], outputs["boxes"].Shape);
        Assert.Equal([Pictures, rows], outputs["scores"].Shape);
        Assert.Equal([Pictures, rows], outputs["labels"].Shape);
        for (int i = 0; i < rows; i++)
        {
            int row = picture * rows + i;
            bool used = i < expected.Count;
            Assert.Equal(used ? expected[i].Score : 0, outputs["scores"].Floats[row], 1e-6);
            Assert.Equal(used ? expected[i].Label : -1, outputs["labels"].Longs[row]);
            Near.Equal(used ? expected[i].Box : new float[4], outputs["boxes"].Floats.AsSpan(row * 4, 4), 1e-3);
        }
    }

    private static Dictionary<string, Tensor> Run(Heads heads, DetectorSpec detector)
    {
        var inputs = new List<(string, Tensor)>
        {
            ("deltas", Tensor.Of([.. heads.Deltas.SelectMany(Flat)], Pictures, AnchorsOfLevel.Sum(), 4)),
        };
        for (int level = 0; level < AnchorsOfLevel.Length; level++)
        {
            float[] logits = [.. heads.Logits.SelectMany(picture => picture[level]).SelectMany(row => row)];
            inputs.Add(($"logits{level}", Tensor.Of(logits, Pictures, AnchorsOfLevel[level], Classes)));
        }

        return LayerModel.Run(Build, [.. inputs]);

        void Build(GraphBuilder graph)
        {
            Value deltas = graph.Input<float>("deltas", "N", AnchorsOfLevel.Sum(), 4);
            Value[] logits = [.. AnchorsOfLevel.Select((count, level) => graph.Input<float>($"logits{level}", "N", count, Classes))];
            Candidates candidates = new CandidateSelection(graph, Classes, AnchorsOfLevel, detector.CandidatesPerLevel).Emit(logits);
            Value boxes = new BoxDecoding(graph, Input, [.. Flat(heads.Anchors)]).Emit(deltas, candidates.Anchors);
            new Suppression(graph, detector, Classes).Emit(candidates, boxes, "N");
        }
    }

    private static IEnumerable<float> Flat(IReadOnlyList<float[][]> levels) => levels.SelectMany(rows => rows).SelectMany(row => row);

    /// <summary>Random values of the two heads and anchors for them: picture or level, anchor, value.</summary>
    private sealed class Heads
    {
        public Heads(Random random, float logitOffset)
        {
            Logits = Levels(Classes, () => Between(-5, 5) + logitOffset);
            Deltas = Levels(4, () => Between(-0.5f, 0.5f));
            Anchors = [.. AnchorsOfLevel.Select(count => Rows(count, Anchor))];

            List<float[][]>[] Levels(int values, Func<float> next) =>
            [
                .. Enumerable.Range(0, Pictures).Select(_ => AnchorsOfLevel
                    .Select(count => Rows(count, () => [.. Enumerable.Range(0, values).Select(_ => next())])).ToList()),
            ];

            float[] Anchor()
            {
                float x = Between(-10, Input.Width);
                float y = Between(-10, Input.Height);
                return [x, y, x + Between(5, 50), y + Between(5, 50)];
            }

            float Between(float low, float high) => low + (float)random.NextDouble() * (high - low);
        }

        public List<float[][]>[] Logits { get; }

        public List<float[][]>[] Deltas { get; }

        public List<float[][]> Anchors { get; }

        private static float[][] Rows(int count, Func<float[]> next) => [.. Enumerable.Range(0, count).Select(_ => next())];
    }
}
