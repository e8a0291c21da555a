namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>Rate decoding and the attention spike decoder (Zhang et al. 2023, 3.3, after CBAM).</summary>
internal sealed class SlowDecoder(Func<string, Scalar[]> weights, Kinks kinks)
{
    private readonly SlowLayers _layers = new(kinks);

    /// <summary>The mean over the steps: [T·N, C, H, W] to [N, C, H, W].</summary>
    public static Map Rate(Map spikes, int timeSteps)
    {
        int pictures = spikes.Count / timeSteps;
        return Map.Of(pictures, spikes.Channels, spikes.Height, spikes.Width, (n, c, y, x) =>
            Scalar.Mean([.. Enumerable.Range(0, timeSteps).Select(t => spikes[t * pictures + n, c, y, x])]));
    }

    /// <summary>The rate plus what temporal, channel and spatial attention, one after the other, make of the spikes.</summary>
    public Map Attend(string name, Map spikes, int timeSteps)
    {
        Map attended = Spatial(name, Channel(name, Temporal(name, spikes, timeSteps)));
        return Rate(spikes, timeSteps).With(attended, (rate, attention) => rate + attention);
    }

    private Map Temporal(string name, Map spikes, int timeSteps)
    {
        int pictures = spikes.Count / timeSteps;
        var scales = new Scalar[spikes.Count];
        for (int n = 0; n < pictures; n++)
        {
            Scalar[] activity =
            [
                .. Enumerable.Range(0, timeSteps).Select(t => Scalar.Mean(
                    [.. Enumerable.Range(0, spikes.Channels).SelectMany(c => spikes.Plane(t * pictures + n, c))])),
            ];
            Scalar[] attention = TwoLayers($"{name}.temporal", activity);
            for (int t = 0; t < timeSteps; t++)
                scales[t * pictures + n] = attention[t].Sigmoid();
        }

        Map scaled = Map.Of(spikes.Count, spikes.Channels, spikes.Height, spikes.Width, (n, c, y, x) => spikes[n, c, y, x] * scales[n]);
        return Rate(scaled, timeSteps);
    }

    private Map Channel(string name, Map maps)
    {
        var scales = new Scalar[maps.Count][];
        for (int n = 0; n < maps.Count; n++)
        {
            Scalar[][] planes = [.. Enumerable.Range(0, maps.Channels).Select(c => maps.Plane(n, c))];
            Scalar[] ofMean = TwoLayers($"{name}.channel", [.. planes.Select(Scalar.Mean)]);
            Scalar[] ofMaximum = TwoLayers($"{name}.channel", [.. planes.Select(_layers.Maximum)]);
            scales[n] = [.. ofMean.Zip(ofMaximum, (a, b) => (a + b).Sigmoid())];
        }

        return Map.Of(maps.Count, maps.Channels, maps.Height, maps.Width, (n, c, y, x) => maps[n, c, y, x] * scales[n][c]);
    }

    private Map Spatial(string name, Map maps)
    {
        Map pooled = Map.Of(maps.Count, 2, maps.Height, maps.Width, (n, c, y, x) =>
            c == 0 ? Scalar.Mean(maps.Column(n, y, x)) : _layers.Maximum(maps.Column(n, y, x)));
        Map scales = SlowLayers.Convolve(pooled, weights($"{name}.spatial.conv.weight"), null, 7, 1).Each(value => value.Sigmoid());
        return Map.Of(maps.Count, maps.Channels, maps.Height, maps.Width, (n, c, y, x) => maps[n, c, y, x] * scales[n, 0, y, x]);
    }

    private Scalar[] TwoLayers(string name, Scalar[] vector)
    {
        Scalar[] hidden = [.. SlowLayers.Linear(weights($"{name}.fc1.weight"), vector).Select(_layers.Rectify)];
        return SlowLayers.Linear(weights($"{name}.fc2.weight"), hidden);
    }
}
