namespace SpikingDetector.Service.Load;

/// <summary>Measured values, all kept, so that percentiles are exact.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];
    private bool _sorted;

    public int Count => _values.Count;

    public void Add(double value)
    {
        _values.Add(value);
        _sorted = false;
    }

    public void AddAll(Samples others)
    {
        _values.AddRange(others._values);
        _sorted = false;
    }

    /// <summary>The value that this share (0…1) of all is not above, interpolated linearly as NumPy does; NaN where there is none.</summary>
    public double Percentile(double share)
    {
        if (_values.Count == 0)
            return double.NaN;
        if (!_sorted)
            _values.Sort();
        _sorted = true;
        double position = share * (_values.Count - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, _values.Count - 1);
        return _values[below] + (position - below) * (_values[above] - _values[below]);
    }
}
