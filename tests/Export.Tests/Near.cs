namespace SpikingDetector.Export.Tests;

/// <summary>Comparison of many numbers with one tolerance.</summary>
public static class Near
{
    public static void Equal(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool near = expected[i] == actual[i] || Math.Abs((double)expected[i] - actual[i]) <= tolerance;
            Assert.True(near, $"element {i}: expected {expected[i]:R}, found {actual[i]:R}, tolerance {tolerance}");
        }
    }
}
