using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>The time loop in tensor operations: any device, any surrogate.</summary>
internal sealed class TensorNeuronLoop : INeuronLoop
{
    public static TensorNeuronLoop Instance { get; } = new();

    public Tensor Forward(NeuronFunction.Arguments arguments, List<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        NeuronDynamics dynamics = arguments.Dynamics;
        (_, List<Tensor> charges) = Charge(arguments, tensors);
        Tensor spikes = cat([.. charges.Select(charge => Spikes(charge, dynamics))], 0);
        if (arguments.Join is { } join)
            spikes = join.Apply(spikes, arguments.Shortcut(tensors)!);
        return spikes.MoveToOuterDisposeScope();
    }

    public List<Tensor> Backward(NeuronFunction.Arguments arguments, List<Tensor> tensors, Tensor outputGradient)
    {
        using var scope = NewDisposeScope();
        NeuronDynamics dynamics = arguments.Dynamics;
        Tensor? gain = arguments.Gain(tensors);
        (List<Tensor> potentials, List<Tensor> charges) = Charge(arguments, tensors);
        Tensor[] spikeGradients = outputGradient.chunk(dynamics.TimeSteps, 0);
        Tensor? shortcutGradient = null;
        if (arguments.Join is { } join)
        {
            Tensor shortcut = arguments.Shortcut(tensors)!;
            Tensor spikes = cat([.. charges.Select(charge => Spikes(charge, dynamics))], 0);
            shortcutGradient = outputGradient * (spikes * Scalars.Of(join.SlopeXH)).Plus(Scalars.Of(join.SlopeX0));
            Tensor slope = (spikes * Scalars.Of(join.SlopeHH)).Plus(shortcut * Scalars.Of(join.SlopeHX)).Plus(Scalars.Of(join.SlopeH0));
            spikeGradients = (outputGradient * slope).chunk(dynamics.TimeSteps, 0);
        }

        var currentGradients = new Tensor[dynamics.TimeSteps];
        Tensor potentialGradient = zeros_like(charges[0]);
        Tensor? gainGradient = gain is null ? null : zeros_like(gain);
        for (int t = dynamics.TimeSteps - 1; t >= 0; t--)
        {
            Tensor charge = charges[t];
            Tensor derivative = dynamics.Surrogate.Derivative(charge - Scalars.Of(dynamics.Threshold));
            Tensor throughReset = ThroughReset(charge, derivative, dynamics);
            Tensor chargeGradient = (spikeGradients[t] * derivative).Plus(potentialGradient * throughReset);
            currentGradients[t] = Leaked(chargeGradient, arguments, tensors);
            potentialGradient = dynamics.Kind == NeuronKind.IntegrateAndFire ? chargeGradient : chargeGradient - currentGradients[t];
            if (gainGradient is not null)
            {
                Tensor drive = CurrentOf(arguments, tensors, t) - (potentials[t] - Scalars.Of(dynamics.Rest));
                gainGradient = gainGradient.Plus((chargeGradient * drive).sum());
            }
        }

        Tensor currentGradient = arguments.ConstantCurrent
            ? currentGradients.Aggregate((sum, next) => sum.Plus(next))
            : cat(currentGradients, 0);
        List<Tensor> gradients = [currentGradient.MoveToOuterDisposeScope()];
        if (gainGradient is not null)
            gradients.Add(gainGradient.MoveToOuterDisposeScope());
        if (shortcutGradient is not null)
            gradients.Add(shortcutGradient.MoveToOuterDisposeScope());
        return gradients;
    }

    /// <summary>V[t] after reset of every step, [T·N, C, H, W].</summary>
    public static Tensor Membrane(NeuronFunction.Arguments arguments, List<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        (List<Tensor> potentials, List<Tensor> charges) = Charge(arguments, tensors);
        return cat([.. potentials[1..], Discharge(charges[^1], arguments.Dynamics)], 0).MoveToOuterDisposeScope();
    }

    /// <summary>V[t−1] and H[t] of every step.</summary>
    private static (List<Tensor> Potentials, List<Tensor> Charges) Charge(NeuronFunction.Arguments arguments, List<Tensor> tensors)
    {
        NeuronDynamics dynamics = arguments.Dynamics;
        var potentials = new List<Tensor>();
        var charges = new List<Tensor>();
        Tensor potential = full_like(CurrentOf(arguments, tensors, 0), Scalars.Of(dynamics.Rest));
        for (int t = 0; t < dynamics.TimeSteps; t++)
        {
            Tensor input = CurrentOf(arguments, tensors, t);
            potentials.Add(potential);
            Tensor charge = dynamics.Kind == NeuronKind.IntegrateAndFire
                ? potential.Plus(input)
                : potential.Plus(Leaked(input - (potential - Scalars.Of(dynamics.Rest)), arguments, tensors));
            charges.Add(charge);
            potential = Discharge(charge, dynamics);
        }

        return (potentials, charges);
    }

    /// <summary>x/τ of LIF, x·k of PLIF, x itself for IF: the charge's last step, and its derivative's.</summary>
    private static Tensor Leaked(Tensor x, NeuronFunction.Arguments arguments, List<Tensor> tensors) => arguments.Dynamics.Kind switch
    {
        // A tensor on the device, because CUDA turns a division by a plain number into a multiplication with 1/τ.
        NeuronKind.Leaky => x / tensor(arguments.Dynamics.Tau, x.dtype, x.device),
        NeuronKind.ParametricLeaky => x * arguments.Gain(tensors)!,
        _ => x,
    };

    /// <summary>dV[t]/dH[t].</summary>
    private static Tensor ThroughReset(Tensor charge, Tensor derivative, NeuronDynamics dynamics)
    {
        if (dynamics.Reset is not { } reset)
        {
            return dynamics.DetachReset
                ? ones_like(charge)
                : Scalars.One.Minus(derivative * Scalars.Of(dynamics.Threshold));
        }

        Tensor silent = Scalars.One.Minus(Spikes(charge, dynamics));
        return dynamics.DetachReset ? silent : silent.Plus(Scalars.Of(reset).Minus(charge) * derivative);
    }

    private static Tensor Discharge(Tensor charge, NeuronDynamics dynamics)
    {
        Tensor spikes = Spikes(charge, dynamics);
        return dynamics.Reset is { } reset
            ? (charge * Scalars.One.Minus(spikes)).Plus(spikes * Scalars.Of(reset))
            : charge - spikes * Scalars.Of(dynamics.Threshold);
    }

    private static Tensor CurrentOf(NeuronFunction.Arguments arguments, List<Tensor> tensors, int step)
    {
        Tensor current = tensors[0];
        if (arguments.ConstantCurrent)
            return current;
        long pictures = current.shape[0] / arguments.Dynamics.TimeSteps;
        return current.narrow(0, step * pictures, pictures);
    }

    private static Tensor Spikes(Tensor charge, NeuronDynamics dynamics) => charge.ge(Scalars.Of(dynamics.Threshold)).to(charge.dtype);
}
