namespace SpikingDetector.Training.Monitoring;

/// <summary>How long a stretch of a training took, and what was done in it.</summary>
/// <param name="Seconds">From the wish for the first batch to the end of the last iteration.</param>
/// <param name="Waited">Seconds of these in which the next batch was not ready.</param>
/// <param name="Samples">Pictures or recordings trained on.</param>
/// <param name="Iterations">Steps of the optimiser.</param>
internal readonly record struct Pace(double Seconds, double Waited, long Samples, long Iterations)
{
    public double SamplesPerSecond => Seconds > 0 ? Samples / Seconds : 0;

    /// <summary>0…1.</summary>
    public double DataWait => Seconds > 0 ? Waited / Seconds : 0;

    public static Pace operator +(Pace a, Pace b) =>
        new(a.Seconds + b.Seconds, a.Waited + b.Waited, a.Samples + b.Samples, a.Iterations + b.Iterations);

    public static Pace operator -(Pace a, Pace b) =>
        new(a.Seconds - b.Seconds, a.Waited - b.Waited, a.Samples - b.Samples, a.Iterations - b.Iterations);
}
