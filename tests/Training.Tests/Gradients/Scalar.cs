namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>
/// A number that remembers how it was computed: reverse-mode differentiation one number at a time, so that a reference
/// is written forward only. An operation knows its result and the slope to each of its operands.
/// </summary>
internal sealed class Scalar(double value, Scalar[] operands, double[] slopes)
{
    private bool _visited;

    public double Value { get; } = value;

    /// <summary>What <see cref="Backpropagate"/> found: the derivative of its number by this one.</summary>
    public double Gradient { get; private set; }

    /// <summary>The same value, through which no gradient passes.</summary>
    public Scalar Detached => Value;

    public static implicit operator Scalar(double value) => new(value, [], []);

    public static Scalar operator +(Scalar a, Scalar b) => new(a.Value + b.Value, [a, b], [1, 1]);

    public static Scalar operator -(Scalar a, Scalar b) => new(a.Value - b.Value, [a, b], [1, -1]);

    public static Scalar operator *(Scalar a, Scalar b) => new(a.Value * b.Value, [a, b], [b.Value, a.Value]);

    public static Scalar operator /(Scalar a, Scalar b) =>
        new(a.Value / b.Value, [a, b], [1 / b.Value, -a.Value / (b.Value * b.Value)]);

    public static Scalar Sum(IReadOnlyCollection<Scalar> terms) =>
        new(terms.Sum(term => term.Value), [.. terms], [.. terms.Select(_ => 1.0)]);

    public static Scalar Mean(IReadOnlyCollection<Scalar> terms) => Sum(terms) / terms.Count;

    /// <summary>Σ aᵢ·bᵢ.</summary>
    public static Scalar Dot(IReadOnlyCollection<Scalar> a, IReadOnlyCollection<Scalar> b) => new(
        a.Zip(b).Sum(pair => pair.First.Value * pair.Second.Value),
        [.. a, .. b],
        [.. b.Select(factor => factor.Value), .. a.Select(factor => factor.Value)]);

    public Scalar Sqrt() => Apply(Math.Sqrt(Value), 1 / (2 * Math.Sqrt(Value)));

    public Scalar Exp() => Apply(Math.Exp(Value), Math.Exp(Value));

    public Scalar Log() => Apply(Math.Log(Value), 1 / Value);

    public Scalar Sigmoid() => Apply(1 / (1 + Math.Exp(-Value)), Math.Exp(-Value) / Math.Pow(1 + Math.Exp(-Value), 2));

    /// <summary>Some function of this number, by its value and slope here.</summary>
    public Scalar Apply(double value, double slope) => new(value, [this], [slope]);

    /// <summary>Finds the gradient of this number by all that it was computed from.</summary>
    public void Backpropagate()
    {
        var order = new List<Scalar>();
        Visit(order);
        Gradient = 1;
        foreach (Scalar number in Enumerable.Reverse(order))
            number.Push();
    }

    private void Push()
    {
        for (int i = 0; i < operands.Length; i++)
            operands[i].Gradient += Gradient * slopes[i];
    }

    private void Visit(List<Scalar> order)
    {
        if (_visited)
            return;
        _visited = true;
        foreach (Scalar operand in operands)
            operand.Visit(order);
        order.Add(this);
    }
}
