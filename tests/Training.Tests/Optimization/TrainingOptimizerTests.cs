using System.Text.Json;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Tests;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Optimization;
using SpikingDetector.Training.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Optimization;

/// <summary>The optimisers against PyTorch's own, which <c>tests/reference/optimization/make.py</c> ran.</summary>
public sealed class TrainingOptimizerTests : IDisposable
{
    private static readonly JsonElement Reference =
        JsonDocument.Parse(File.ReadAllText(ReferenceFiles.PathOf("optimization", "optimizers.json"))).RootElement;

    private static readonly double[] Rates = [.. Reference.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble())];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string> Cases => [.. Reference.GetProperty("cases").EnumerateObject().Select(pair => pair.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_GivesPyTorchsParameters(string name)
    {
        JsonElement expected = Reference.GetProperty("cases").GetProperty(name);
        (string Name, Parameter Parameter)[] parameters = Start();
        using var optimizer = TrainingOptimizer.Create(parameters, Recipe(expected));
        for (int step = 0; step < Rates.Length; step++)
        {
            double? norm = Step(optimizer, parameters, step);
            JsonElement expectedNorm = expected.GetProperty("norms")[step];
            Assert.Equal(expectedNorm.ValueKind == JsonValueKind.Null, norm is null);
            if (norm is not null)
                Assert.Equal(expectedNorm.GetDouble(), norm.Value, 1e-5);
            AssertClose(expected.GetProperty("after")[step], parameters);
        }
    }

    /// <summary>Saved after any number of steps and loaded by another optimiser, a training goes on bit for bit.</summary>
    [Theory]
    [InlineData("sgd_nesterov")]
    [InlineData("adamw_decay_clip")]
    public void Load_GoesOnBitForBit(string name)
    {
        OptimizerRecipe recipe = Recipe(Reference.GetProperty("cases").GetProperty(name));
        (string Name, Parameter Parameter)[] whole = Start();
        (string Name, Parameter Parameter)[] resumed = Start();
        using var unbroken = TrainingOptimizer.Create(whole, recipe);
        var current = TrainingOptimizer.Create(resumed, recipe);
        for (int step = 0; step < Rates.Length; step++)
        {
            Step(unbroken, whole, step);
            Step(current, resumed, step);
            current = Reopen(current, resumed, recipe);
        }

        Assert.All(whole.Zip(resumed), pair => Assert.Equal(Values(pair.First.Parameter), Values(pair.Second.Parameter)));
        current.Dispose();
    }

    /// <summary>In another layout than the weight's each step would read one of the two across memory.</summary>
    [Fact]
    public void State_IsLaidOutAsItsWeight()
    {
        (string Name, Parameter Parameter)[] parameters = Start();
        using var optimizer = new LayoutProbe(parameters);
        Assert.Equal([27, 1, 9, 3], parameters[0].Parameter.stride());
        Assert.Equal(parameters.Select(pair => pair.Parameter.stride()), optimizer.StateStrides);
    }

    [Fact]
    public void ForgetGradients_LeavesNone()
    {
        (string Name, Parameter Parameter)[] parameters = Start();
        using var optimizer = TrainingOptimizer.Create(parameters, new() { Kind = OptimizerKind.AdamW, LearningRate = 0.1 });
        parameters[0].Parameter.sum().backward();
        Assert.NotNull(parameters[0].Parameter.grad);
        optimizer.ForgetGradients();
        Assert.Null(parameters[0].Parameter.grad);

        // Without a gradient a parameter stays as it is, weight decay and all.
        float[] before = Values(parameters[0].Parameter);
        optimizer.Step(0.1);
        Assert.Equal(before, Values(parameters[0].Parameter));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static OptimizerRecipe Recipe(JsonElement settings) => new()
    {
        Kind = settings.GetProperty("type").GetString() == "sgd" ? OptimizerKind.Sgd : OptimizerKind.AdamW,
        LearningRate = 1,
        WeightDecay = Number(settings, "weight_decay"),
        Momentum = Number(settings, "momentum"),
        Nesterov = settings.TryGetProperty("nesterov", out _),
        DecayNormsAndBiases = settings.GetProperty("decay_all").GetBoolean(),
        ClipGradientNorm = Number(settings, "clip"),
    };

    private static double Number(JsonElement settings, string name) =>
        settings.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;

    /// <summary>Parameters as a network has them: channels-last where there are four dimensions.</summary>
    private static (string Name, Parameter Parameter)[] Start() =>
    [
        .. Reference.GetProperty("shapes").EnumerateObject().Select(pair =>
            (pair.Name, new Parameter(ChannelsLast.Of(Tensor(Reference.GetProperty("start"), pair.Name))))),
    ];

    private static double? Step(TrainingOptimizer optimizer, (string Name, Parameter Parameter)[] parameters, int step)
    {
        optimizer.ForgetGradients();
        foreach ((string name, Parameter parameter) in parameters)
            parameter.grad = Tensor(Reference.GetProperty("gradients")[step], name);
        double? norm = optimizer.ClipGradients();
        optimizer.Step(Rates[step]);
        return norm;
    }

    private static Tensor Tensor(JsonElement tensors, string name)
    {
        float[] values = [.. tensors.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
        long[] shape = [.. Reference.GetProperty("shapes").GetProperty(name).EnumerateArray().Select(side => side.GetInt64())];
        return tensor(values).reshape(shape);
    }

    private static float[] Values(Tensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Weights.Bytes(tensor)).ToArray();

    private static void AssertClose(JsonElement expected, (string Name, Parameter Parameter)[] parameters)
    {
        foreach ((string name, Parameter parameter) in parameters)
        {
            float difference = Tests.Reference.LargestDifference(parameter.detach(), Tensor(expected, name));
            Assert.True(difference <= 1e-6, $"{name} differs by {difference}");
        }
    }

    private TrainingOptimizer Reopen(TrainingOptimizer optimizer, (string Name, Parameter Parameter)[] parameters, OptimizerRecipe recipe)
    {
        string path = Path.Combine(_folder, "state.safetensors");
        (IReadOnlyList<TensorData> tensors, IReadOnlyDictionary<string, string> texts) = optimizer.Save();
        SafetensorsWriter.Write(path, texts, tensors);
        optimizer.Dispose();
        var reopened = TrainingOptimizer.Create(parameters, recipe);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        reopened.Load(file);
        return reopened;
    }

    private sealed class LayoutProbe((string Name, Parameter Parameter)[] parameters) : TrainingOptimizer(parameters, new() { Kind = OptimizerKind.Sgd, LearningRate = 1 }, ["part"])
    {
        public IEnumerable<long[]> StateStrides => Slots.Select(slot => slot.State[0].stride());

        protected override void Update(double learningRate)
        {
        }
    }
}
