using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using static SpikingDetector.Proto.TensorProto.Types;

namespace SpikingDetector.Export.Layers;

/// <summary>
/// Neurons with hard reset whose current is the same at every step, in closed form: each fires with a period of its own, the
/// number of steps p that charge it from rest to the threshold, at steps p, 2p, 3p and so on. A larger current never takes
/// longer, so that p is found by comparing the current with one bound for each step; no membrane is computed.
/// </summary>
internal sealed class ConstantCurrentNeurons(GraphBuilder graph, NeuronSpec spec, string path, float? learnedLeak = null)
{
    private readonly Dictionary<(Value Current, float Bound), Value> _reached = [];
    private readonly NeuronArithmetic _arithmetic = new(spec, learnedLeak is { } weight ? NeuronLayer.LeakFactor(weight) : null);

    /// <summary>Whether neurons of this kind come back to where they started.</summary>
    public static bool Takes(NeuronSpec spec) => spec.Reset is not null && spec.Threshold > spec.RestPotential;

    /// <summary>A float current [N, C, h, w] to the spikes of T steps, booleans.</summary>
    public Value[] Emit(Value current, int timeSteps)
    {
        using IDisposable scope = graph.Module(path);
        float[] bounds = Bounds(timeSteps);
        Value[] reached = [.. bounds.Select(bound => Reached(current, bound))];
        return Spikes(timeSteps, reached, [.. Enumerable.Range(1, timeSteps).Select(p => p > 2 ? HasPeriod(reached[p - 1], reached[p - 2]) : default)]);
    }

    /// <summary>
    /// The same behind a max-pool. Periods 1 and 2 are those of the largest currents, so that the pool of the current decides on
    /// them; only longer ones have maps of their own to pool.
    /// </summary>
    public Value[] Emit(Value current, int timeSteps, PoolLayout pool)
    {
        float[] bounds = Bounds(timeSteps);
        var pooledPeriods = new Value[timeSteps];
        for (int p = 3; p <= timeSteps; p++)
        {
            Value hasPeriod;
            using (graph.Module(path))
                hasPeriod = HasPeriod(Reached(current, bounds[p - 1]), Reached(current, bounds[p - 2]));
            using IDisposable scope = graph.Module(pool.Name);
            using IDisposable part = graph.Part($"period{p}");
            pooledPeriods[p - 1] = graph.Cast(MaxPool.Emit(graph, pool, graph.Cast(hasPeriod, DataType.Float)), DataType.Bool);
        }

        Value largest;
        using (graph.Module(pool.Name))
            largest = MaxPool.Emit(graph, pool, current);
        using IDisposable module = graph.Module(path);
        return Spikes(timeSteps, [.. bounds.Take(2).Select(bound => Reached(largest, bound))], pooledPeriods);
    }

    private Value Reached(Value current, float bound)
    {
        // Two periods ask for the bound between them.
        if (!_reached.TryGetValue((current, bound), out Value reached))
            _reached.Add((current, bound), reached = graph.Op("GreaterOrEqual", [current, graph.Scalar(bound)]));
        return reached;
    }

    /// <summary>A current that reaches a bound reaches those of all longer periods, too.</summary>
    private Value HasPeriod(Value reached, Value reachedOneStepEarlier) => graph.Op("Xor", [reached, reachedOneStepEarlier]);

    /// <summary>A neuron fires at step t, counted from 1, if its period divides t.</summary>
    /// <param name="timeSteps">T.</param>
    /// <param name="reached">Whether the period is at most 1, and at most 2.</param>
    /// <param name="hasPeriod">Whether the period is p, for p from 3.</param>
    private Value[] Spikes(int timeSteps, Value[] reached, Value[] hasPeriod) => [.. Enumerable.Range(1, timeSteps).Select(t =>
        Enumerable.Range(3, Math.Max(0, t - 2)).Where(p => t % p == 0)
            .Aggregate(t % 2 == 0 ? reached[1] : reached[0], (spikes, p) => graph.Op("Or", [spikes, hasPeriod[p - 1]])))];

    /// <summary>For p = 1…T the least float32 that charges a neuron from rest to the threshold within p steps.</summary>
    private float[] Bounds(int timeSteps)
    {
        var bounds = new float[timeSteps];
        for (int p = 1; p <= timeSteps; p++)
        {
            int low = Order(float.NegativeInfinity);
            int high = Order(float.PositiveInfinity);
            while (high - (long)low > 1)
            {
                int middle = (int)(((long)low + high) / 2);
                if (Reaches(FromOrder(middle), p))
                    high = middle;
                else
                    low = middle;
            }

            bounds[p - 1] = FromOrder(high);
        }

        return bounds;
    }

    private bool Reaches(float current, int steps)
    {
        float membrane = spec.RestPotential;
        for (int t = 0; t < steps; t++)
        {
            membrane = _arithmetic.Charge(membrane, current);
            if (membrane >= spec.Threshold)
                return true;
        }

        return false;
    }

    /// <summary>Whole numbers in the order of the floats.</summary>
    private static int Order(float value) => BitConverter.SingleToInt32Bits(value) is var bits && bits >= 0 ? bits : int.MinValue - bits;

    private static float FromOrder(int order) => BitConverter.Int32BitsToSingle(order >= 0 ? order : int.MinValue - order);
}
