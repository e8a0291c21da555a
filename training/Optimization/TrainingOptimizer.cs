using System.Globalization;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Optimization;

/// <summary>
/// TorchSharp's SGD or AdamW over a network's parameters, with its state as named tensors, so that a training resumes
/// bit for bit.
/// </summary>
internal sealed class TrainingOptimizer : IDisposable
{
    private const string StepsKey = "steps";

    private readonly OptimizerRecipe _recipe;
    private readonly (string Name, Parameter Parameter)[] _parameters;
    private readonly OptimizerHelper _optimizer;

    public TrainingOptimizer(Weights weights, OptimizerRecipe recipe)
    {
        _recipe = recipe;
        _parameters = [.. weights.Parameters];
        IEnumerable<Parameter> parameters = _parameters.Select(pair => pair.Parameter);
        _optimizer = recipe.Kind == OptimizerKind.Sgd
            ? optim.SGD(parameters, recipe.LearningRate, recipe.Momentum, weight_decay: recipe.WeightDecay)
            : optim.AdamW(parameters, recipe.LearningRate, weight_decay: recipe.WeightDecay);
    }

    /// <summary>Backpropagates a loss and changes the weights.</summary>
    public void Step(Tensor loss, double learningRate)
    {
        Backpropagate(loss);
        Update(learningRate);
    }

    /// <summary>Gives the parameters the gradients of a loss.</summary>
    public void Backpropagate(Tensor loss)
    {
        _optimizer.zero_grad();
        loss.backward();
    }

    /// <summary>Changes the weights by their gradients.</summary>
    public void Update(double learningRate)
    {
        foreach (optim.ILearningRateController group in _optimizer.ParamGroups)
            group.LearningRate = learningRate;
        if (_recipe.ClipGradientNorm > 0)
            nn.utils.clip_grad_norm_(_parameters.Select(pair => pair.Parameter), _recipe.ClipGradientNorm);
        using Tensor _ = _optimizer.step();
    }

    /// <summary>The state as tensors (<c>NAME.momentum</c>, or <c>NAME.mean</c> and <c>NAME.square</c>) and texts.</summary>
    public (IReadOnlyList<TensorData> Tensors, IReadOnlyDictionary<string, string> Texts) Save()
    {
        var tensors = new List<TensorData>();
        long steps = 0;
        foreach (((string name, Parameter parameter), OptimizerState state) in _parameters.Zip(_optimizer.state_dict().State))
        {
            foreach ((string part, Tensor? value) in Parts(state))
            {
                if (value is not null)
                    tensors.Add(new TensorData($"{name}.{part}", TensorType.Float32, parameter.shape, Weights.Bytes(value)));
            }

            if (state is AdamW.State adam)
                steps = adam.step;
        }

        return (tensors, new Dictionary<string, string> { [StepsKey] = steps.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Takes over the state of a file that <see cref="Save"/> filled.</summary>
    /// <exception cref="InvalidInputException">The file belongs to another optimiser or network.</exception>
    public void Load(SafetensorsFile file)
    {
        long steps = long.Parse(file.Metadata[StepsKey], CultureInfo.InvariantCulture);
        foreach (((string name, Parameter parameter), OptimizerState state) in _parameters.Zip(_optimizer.state_dict().State))
        {
            switch (state)
            {
                case AdamW.State adam:
                    adam.step = steps;
                    Weights.Assign(adam.exp_avg, file.ReadSingles($"{name}.mean"));
                    Weights.Assign(adam.exp_avg_sq, file.ReadSingles($"{name}.square"));
                    break;
                case SGD.State sgd when file.Tensors.ContainsKey($"{name}.momentum"):
                    sgd.momentum_buffer = zeros_like(parameter).DetachFromDisposeScope();
                    Weights.Assign(sgd.momentum_buffer, file.ReadSingles($"{name}.momentum"));
                    break;
            }
        }
    }

    public void Dispose() => _optimizer.Dispose();

    private static (string Part, Tensor? Value)[] Parts(OptimizerState state) => state switch
    {
        AdamW.State adam => [("mean", adam.exp_avg), ("square", adam.exp_avg_sq)],
        SGD.State sgd => [("momentum", sgd.momentum_buffer)],
        _ => [],
    };
}
