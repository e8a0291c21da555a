namespace SpikingDetector.Export.Tests.Slow;

/// <summary>Attention spike decoder, step by step as its paper describes it.</summary>
public static class SlowDecoder
{
    public static FeatureMap Attend(IReadOnlyList<FeatureMap> steps, Func<string, float[]> weights)
    {
        float[] profile = [.. steps.Select(step => step.Data.Average())];
        float[] stepWeights = TwoLayers(profile, weights("temporal.fc1.weight"), weights("temporal.fc2.weight"));
        FeatureMap features = SlowLayers.Mean(
            [.. steps.Select((step, t) => step.Apply(value => value * SlowLayers.Sigmoid(stepWeights[t])))]);

        float[] first = weights("channel.fc1.weight");
        float[] second = weights("channel.fc2.weight");
        float[] fromMean = TwoLayers(SlowLayers.PerChannel(features, Enumerable.Average), first, second);
        float[] fromMax = TwoLayers(SlowLayers.PerChannel(features, Enumerable.Max), first, second);
        int area = features.Height * features.Width;
        var attended = new FeatureMap(features.Channels, features.Height, features.Width);
        for (int i = 0; i < attended.Data.Length; i++)
            attended.Data[i] = features.Data[i] * SlowLayers.Sigmoid(fromMean[i / area] + fromMax[i / area]);

        FeatureMap space = SlowLayers.Convolve(OverChannels(attended), weights("spatial.conv.weight"), null, 1, 7, 1);
        for (int i = 0; i < attended.Data.Length; i++)
            attended.Data[i] *= SlowLayers.Sigmoid(space.Data[i % area]);
        return attended.Combine(SlowLayers.Mean(steps), (a, b) => a + b);
    }

    private static float[] TwoLayers(float[] input, float[] first, float[] second) =>
        SlowLayers.Multiply(second, [.. SlowLayers.Multiply(first, input).Select(value => Math.Max(value, 0))]);

    private static FeatureMap OverChannels(FeatureMap map)
    {
        var both = new FeatureMap(2, map.Height, map.Width);
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                float[] column = [.. Enumerable.Range(0, map.Channels).Select(c => map[c, y, x])];
                both[0, y, x] = column.Average();
                both[1, y, x] = column.Max();
            }
        }

        return both;
    }
}
