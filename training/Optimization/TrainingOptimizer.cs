using System.Globalization;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using SpikingDetector.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Optimization;

/// <summary>
/// What changes the weights. A step of a training is: <see cref="ForgetGradients"/>; the backward pass; where there are
/// several processes, the average of the parameters' gradients; <see cref="ClipGradients"/>; <see cref="Step"/>. The state is
/// float32 tensors with names, so that a training resumes bit for bit. Not TorchSharp's own optimisers, because they make
/// scalars that a collection may free (see <see cref="Scalars"/>).
/// </summary>
internal abstract class TrainingOptimizer : IDisposable
{
    private const string StepsKey = "steps";

    /// <summary>PyTorch's, added to the norm that the bound is divided by.</summary>
    private const double ClipEpsilon = 1e-6;

    private readonly double _clipNorm;
    private readonly IReadOnlyList<string> _stateNames;

    /// <param name="parameters">What to change, with the names of the checkpoint.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="stateNames">
    /// The parts of a parameter's state: tensors like it, zero at first, kept in a file as <c>PARAMETER.PART</c>.
    /// </param>
    protected TrainingOptimizer(
        IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerRecipe recipe, IReadOnlyList<string> stateNames)
    {
        _clipNorm = recipe.ClipGradientNorm;
        _stateNames = stateNames;
        using var noGrad = no_grad();
        Slots =
        [
            .. parameters.Select(pair => new Slot(
                pair.Name,
                pair.Parameter,
                recipe.DecayNormsAndBiases || pair.Parameter.ndim > 1 ? recipe.WeightDecay : 0,
                [.. stateNames.Select(_ => pair.Parameter.zeros_like().DetachFromDisposeScope())])),
        ];
    }

    /// <summary>The parameters with their state.</summary>
    protected IReadOnlyList<Slot> Slots { get; }

    /// <summary>Steps done.</summary>
    protected long Steps { get; private set; }

    public static TrainingOptimizer Create(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerRecipe recipe) =>
        recipe.Kind == OptimizerKind.Sgd ? new SgdOptimizer(parameters, recipe) : new AdamWOptimizer(parameters, recipe);

    /// <summary>Drops all gradients, so that the next backward pass gives new ones.</summary>
    public void ForgetGradients()
    {
        foreach (Slot slot in Slots)
            slot.Parameter.grad = null;
    }

    /// <summary>
    /// Where the recipe bounds it and the norm of all gradients together is above the bound, scales them down to it
    /// (Pascanu et al. 2013), as PyTorch's clip_grad_norm_ does.
    /// </summary>
    /// <returns>The norm before; null where the recipe sets no bound.</returns>
    public double? ClipGradients()
    {
        if (_clipNorm == 0)
            return null;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor[] gradients = [.. Slots.Select(slot => slot.Parameter.grad).OfType<Tensor>()];
        double norm = stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
        double factor = _clipNorm / (norm + ClipEpsilon);
        if (!(factor >= 1))
        {
            using Scalar scale = Scalars.New(factor);
            foreach (Tensor gradient in gradients)
                gradient.mul_(scale);
        }

        return norm;
    }

    /// <summary>Changes the parameters by their gradients, which are used up: they hold other values afterwards.</summary>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        Steps++;
        Update(learningRate);
    }

    /// <summary>The state as tensors (<c>NAME.momentum</c>, or <c>NAME.mean</c> and <c>NAME.square</c>) and texts.</summary>
    public (IReadOnlyList<TensorData> Tensors, IReadOnlyDictionary<string, string> Texts) Save()
    {
        TensorData[] tensors =
        [
            .. Slots.SelectMany(slot => _stateNames.Zip(slot.State, (part, value) =>
                new TensorData($"{slot.Name}.{part}", TensorType.Float32, value.shape, Weights.Bytes(value)))),
        ];
        return (tensors, new Dictionary<string, string> { [StepsKey] = Steps.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Takes over the state of a file that <see cref="Save"/> filled.</summary>
    /// <exception cref="InvalidInputException">The file belongs to another optimiser or network.</exception>
    public void Load(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(StepsKey, out string? text)
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long steps))
        {
            throw new InvalidInputException($"{file.Path}: the metadata has no whole number '{StepsKey}'; expected the state of an optimiser.");
        }

        Steps = steps;
        foreach (Slot slot in Slots)
        {
            foreach ((string part, Tensor value) in _stateNames.Zip(slot.State))
                Weights.Assign(value, file.ReadSingles($"{slot.Name}.{part}"));
        }
    }

    public void Dispose()
    {
        foreach (Slot slot in Slots)
        {
            foreach (Tensor value in slot.State)
                value.Dispose();
        }
    }

    /// <summary>Changes the parameters; runs without gradient tracking.</summary>
    protected abstract void Update(double learningRate);

    /// <summary>A parameter with its state.</summary>
    /// <param name="Name">In the checkpoint.</param>
    /// <param name="Parameter">What is changed.</param>
    /// <param name="WeightDecay">
    /// 0 where the recipe keeps it off scales and shifts of batch normalisation, biases, PLIF's w and gates, all of which have
    /// no more than one dimension.
    /// </param>
    /// <param name="State">In the order of the state names; laid out as the parameter is.</param>
    protected sealed record Slot(string Name, Parameter Parameter, double WeightDecay, IReadOnlyList<Tensor> State);
}
