namespace SpikingDetector.Inference.Tests;

/// <summary>Comparison of answers from runs of another batch size, whose sums may round in another way.</summary>
public static class Same
{
    public static void Predictions(IReadOnlyList<Prediction> expected, IReadOnlyList<Prediction> actual)
    {
        Assert.Equal(expected.Select(prediction => prediction.Index), actual.Select(prediction => prediction.Index));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-6));
    }
}
