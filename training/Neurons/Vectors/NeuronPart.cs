using System.Runtime.InteropServices;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>The last neurons of a layer, fewer than a vector's lanes, in memory of their own with zeros behind them.</summary>
internal sealed unsafe class NeuronPart<TCurrent, TSpikes> : IDisposable
    where TCurrent : struct, INumberFormat
    where TSpikes : struct, INumberFormat
{
    private const int Lanes = 16;

    private readonly NeuronMemory _whole;
    private readonly long _first;
    private readonly int _count;
    private readonly int _steps;
    private readonly int _currents;
    private readonly void* _memory;

    public NeuronPart(NeuronCall call, long first, int count)
    {
        _whole = call.Memory;
        _first = first;
        _count = count;
        _steps = call.Dynamics.TimeSteps;
        _currents = call.ConstantCurrent ? 1 : _steps;
        nuint bytes = (nuint)(_steps * Lanes * sizeof(float));
        _memory = NativeMemory.AllocZeroed(5 * bytes);
        Memory = new NeuronMemory
        {
            Current = _memory,
            CurrentStep = call.ConstantCurrent ? 0 : Lanes,
            Shortcut = (byte*)_memory + bytes,
            Output = (byte*)_memory + 2 * bytes,
            CurrentGradient = (byte*)_memory + 3 * bytes,
            ShortcutGradient = (byte*)_memory + 4 * bytes,
            Step = Lanes,
        };
        Read<TCurrent>(_whole.Current, Memory.Current, _currents, _whole.CurrentStep);
        Read<TSpikes>(_whole.Shortcut, Memory.Shortcut, _steps, _whole.Step);
        Read<TSpikes>(_whole.Output, Memory.Output, _steps, _whole.Step);
    }

    public NeuronMemory Memory { get; }

    public void WriteOutput() => Write<TSpikes>(Memory.Output, _whole.Output, _steps);

    public void WriteGradients()
    {
        Write<TCurrent>(Memory.CurrentGradient, _whole.CurrentGradient, _currents);
        Write<TSpikes>(Memory.ShortcutGradient, _whole.ShortcutGradient, _steps);
    }

    public void Dispose() => NativeMemory.Free(_memory);

    private void Read<TFormat>(void* whole, void* part, int steps, long step)
        where TFormat : struct, INumberFormat
    {
        for (int t = 0; whole is not null && t < steps; t++)
            TFormat.Store(part, t * Lanes, NumberPart.Load<TFormat>(whole, t * step + _first, _count));
    }

    private void Write<TFormat>(void* part, void* whole, int steps)
        where TFormat : struct, INumberFormat
    {
        for (int t = 0; whole is not null && t < steps; t++)
            NumberPart.Store<TFormat>(whole, t * _whole.Step + _first, TFormat.Load(part, t * Lanes), _count);
    }
}
