using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Recipes;

public sealed class RecipeTests : IDisposable
{
    private const string Base = """
        {
          "model": {
            "name": "tiny", "task": "classification",
            "backbone": {
              "depth": 10, "base_channels": 8, "stem": "cifar", "block": "sg",
              "neuron": { "type": "if" }, "time_steps": 4
            },
            "decoder": { "type": "rate" },
            "input": { "height": 32, "width": 32, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 3, "batch_size": 4,
          "optimizer": { "type": "sgd", "learning_rate": 0.1 },
          "schedule": { "type": "step", "milestones": [1, 2] }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Load_ChildOverridesItsBaseFieldByField()
    {
        Write("base.json", Base);
        string child = Write("child.json", """{ "base": "base.json", "epochs": 7, "optimizer": { "learning_rate": 0.2 } }""");
        Recipe recipe = Recipe.Load(child, []);
        Assert.Equal(7, recipe.Epochs);
        Assert.Equal(0.2, recipe.Optimizer.LearningRate, 6);
        Assert.Equal(OptimizerKind.Sgd, recipe.Optimizer.Kind);
        Assert.Equal(4, recipe.BatchSize);
    }

    [Fact]
    public void Load_SetOverridesNumbersAndTexts()
    {
        string path = Write("base.json", Base);
        Recipe recipe = Recipe.Load(path, ["epochs=9", "model.backbone.block=spiking", "augmentation.horizontal_flip=0.5"]);
        Assert.Equal(9, recipe.Epochs);
        Assert.Equal(BlockKind.Spiking, recipe.ModelFor([], ["a", "b"]).Backbone.Block);
        Assert.Equal(0.5f, recipe.Augmentation.HorizontalFlip);
    }

    [Fact]
    public void ModelFor_TakesLabelsFromTheData()
    {
        ModelSpec spec = Recipe.Load(Write("base.json", Base), []).ModelFor([], ["cat", "dog"]);
        Assert.Equal(["cat", "dog"], spec.Labels);
        Assert.Equal(2, spec.ClassCount);
    }

    [Theory]
    [InlineData("epoch=3", "unknown field 'epoch'")]
    [InlineData("epochs=0", "field 'epochs' must be a whole number from 1")]
    [InlineData("optimizer.type=adam", "field 'optimizer.type' must be one of \"sgd\", \"adamw\"")]
    [InlineData("optimizer.learning_rate=-1", "field 'optimizer.learning_rate' must be a number above 0")]
    [InlineData("optimizer.type=adamw optimizer.nesterov=true", "field 'optimizer.nesterov' must be left out where type is \"adamw\"")]
    [InlineData("optimizer.type=adamw optimizer.momentum=0.5", "field 'optimizer.momentum' must be left out where type is \"adamw\"")]
    [InlineData("optimizer.momentum=0 optimizer.nesterov=true", "field 'optimizer.nesterov' must be left out, or false, where momentum is 0")]
    [InlineData("schedule={\"type\":\"cosine\",\"milestones\":[1]}", "field 'schedule.milestones' must be left out where type is not \"step\"")]
    [InlineData("schedule={\"type\":\"cosine\",\"gamma\":0.5}", "field 'schedule.gamma' must be left out where type is not \"step\"")]
    [InlineData("schedule={\"type\":\"one_cycle\",\"warmup_iterations\":5}", "field 'schedule.warmup_iterations' must be left out where type is \"one_cycle\"")]
    [InlineData("schedule={\"type\":\"one_cycle\",\"warmup_factor\":0.5}", "field 'schedule.warmup_factor' must be left out where type is \"one_cycle\"")]
    [InlineData("schedule.pct_start=0.2", "field 'schedule.pct_start' must be left out where type is not \"one_cycle\"")]
    [InlineData("schedule.div_factor=5", "field 'schedule.div_factor' must be left out where type is not \"one_cycle\"")]
    [InlineData("schedule.final_div_factor=5", "field 'schedule.final_div_factor' must be left out where type is not \"one_cycle\"")]
    [InlineData("label_smoothing=1", "field 'label_smoothing' must be a number from 0 to below 1")]
    [InlineData("ema_decay=1", "field 'ema_decay' must be a number from 0 (no average) to below 1")]
    [InlineData("distillation={\"teacher\":\"t\",\"weight\":1.5,\"temperature\":1}", "field 'distillation.weight' must be a number above 0 and at most 1")]
    [InlineData("distillation={\"teacher\":\"t\",\"weight\":1}", "field 'distillation.temperature' is missing")]
    [InlineData("augmentation.scale=[0.5,1]", "field 'augmentation.scale' must be left out for classification")]
    [InlineData("augmentation.delete_slices=1", "field 'augmentation.delete_slices' must be left out for pictures")]
    [InlineData("augmentation.shorter_side=[800]", "field 'augmentation.shorter_side' must be left out for classification")]
    [InlineData("augmentation.longer_side=800", "field 'augmentation.longer_side' must be left out for classification")]
    [InlineData("augmentation.mosaic=0.5", "field 'augmentation.mosaic' must be left out for classification")]
    [InlineData("augmentation.brightness=0.5", "unknown field 'augmentation.brightness'")]
    [InlineData("augmentation.colour_jitter.hue=0.6", "field 'augmentation.colour_jitter.hue' must be a number from 0 to 0.5")]
    [InlineData("augmentation.colour_jitter.gamma=0.6", "unknown field 'augmentation.colour_jitter.gamma'")]
    [InlineData("augmentation.random_resized_crop.scale=[0,1]", "field 'augmentation.random_resized_crop.scale' must be 2 rising numbers above 0 up to 1")]
    [InlineData("augmentation.random_erasing.probability=2", "field 'augmentation.random_erasing.probability' must be a number from 0 to 1")]
    [InlineData("augmentation.random_erasing.scale=[0.5,0.2]", "field 'augmentation.random_erasing.scale' must be 2 rising numbers above 0 up to 1")]
    [InlineData("augmentation.random_resized_crop.ratio=[2,1]", "field 'augmentation.random_resized_crop.ratio' must be 2 rising numbers from 0.1 to 10")]
    [InlineData("model.labels=[\"a\"]", "field 'model.labels' must be left out")]
    [InlineData("model.backbone.time_steps=0", "field 'backbone.time_steps' must be a whole number from 1 to 64")]
    [InlineData("model.backbone.colour=1", "unknown field 'backbone.colour'")]
    [InlineData("precision=float16", "field 'precision' must be one of \"float32\", \"bfloat16\"")]
    [InlineData("nonsense", "expected key=value")]
    public void Load_BadField_IsRefusedByName(string set, string expected)
    {
        string path = Write("base.json", Base);
        var error = Assert.Throws<InvalidInputException>(() => Recipe.Load(path, set.Split(' ')));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sew_add", "neuron.gate_gradient=literal", "field 'neuron.gate_gradient' must be left out where model.backbone has no gate")]
    [InlineData("ann", "neuron.detach_reset=false", "field 'neuron.detach_reset' must be left out where model.backbone.block is \"ann\"")]
    [InlineData("ann", "neuron.surrogate.type=arctan", "field 'neuron.surrogate' must be left out where model.backbone.block is \"ann\"")]
    public void Load_NeuronFieldThatTheBlockHasNoUseFor_IsRefused(string block, string set, string expected)
    {
        string[] overrides = [$"model.backbone.block={block}", $"model.backbone.time_steps={(block == "ann" ? 1 : 4)}", set];
        var error = Assert.Throws<InvalidInputException>(() => Recipe.Load(Write("base.json", Base), overrides));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Neuron_HasTheSettingsGiven()
    {
        string path = Write("base.json", Base);
        Assert.Equal(new NeuronTraining(), Recipe.Load(path, []).Neuron);
        NeuronTraining given = Recipe.Load(
            path,
            [
                "neuron.surrogate.type=sigmoid", "neuron.surrogate.alpha=2.5", "neuron.detach_reset=false", "neuron.gate_gradient=detached",
            ]).Neuron;
        Assert.Equal(new Surrogate(SurrogateKind.Sigmoid, 2.5f), given.Surrogate);
        Assert.False(given.DetachReset);
        Assert.Equal(GateGradient.Detached, given.GateGradient);
        Assert.Equal(new Surrogate(SurrogateKind.Sigmoid, 4f), Recipe.Load(path, ["neuron.surrogate.type=sigmoid"]).Neuron.Surrogate);
        Assert.Equal(new Surrogate(SurrogateKind.Arctan, 3f), Recipe.Load(
            path, ["neuron.surrogate.type=arctan", "neuron.surrogate.alpha=3"]).Neuron.Surrogate);
    }

    [Fact]
    public void Load_GateGradientOfTheLearnedGate_IsRefused() => Assert.Throws<InvalidInputException>(() => Recipe.Load(
        Write("base.json", Base), ["model.backbone.gate=bsg_star", "neuron.gate_gradient=detached"]));

    [Fact]
    public void Load_Precision_IsFloat32UnlessGiven()
    {
        string path = Write("base.json", Base);
        Assert.Equal(Precision.Float32, Recipe.Load(path, []).Precision);
        Assert.Equal(Precision.BFloat16, Recipe.Load(path, ["precision=bfloat16"]).Precision);
    }

    [Theory]
    [InlineData("label_smoothing=0.1", "field 'label_smoothing' must be left out for detection")]
    [InlineData("distillation={\"teacher\":\"t\",\"weight\":2,\"temperature\":1}", "field 'distillation.temperature' must be left out for detection")]
    public void Load_DetectionRecipe_RefusesWhatIsOfClassifiers(string set, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Recipe.Load(Shipped("bccd.json"), [set]));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Teacher_IsSoughtFromTheRecipesFolderOn()
    {
        string path = Write("base.json", Base);
        const string teacher = "distillation={\"teacher\":\"PATH\",\"weight\":0.5,\"temperature\":4}";
        Assert.Equal(
            Path.Combine(_folder, "teachers/t.safetensors"),
            Recipe.Load(path, [teacher.Replace("PATH", "teachers/t.safetensors", StringComparison.Ordinal)]).Distillation!.Teacher);
        Assert.Equal("/t.safetensors", Recipe.Load(path, [teacher.Replace("PATH", "/t.safetensors", StringComparison.Ordinal)]).Distillation!.Teacher);
        Assert.Null(Recipe.Load(path, []).Distillation);
    }

    [Theory]
    [InlineData("augmentation.delete_slices=16", "field 'augmentation.delete_slices' must be a whole number from 0 to 15")]
    [InlineData("augmentation.crop_padding=4", "field 'augmentation.crop_padding' must be left out for recordings of events")]
    [InlineData("augmentation.scale=[1,1]", "field 'augmentation.scale' must be left out for recordings of events")]
    [InlineData("augmentation.colour_jitter.hue=0", "field 'augmentation.colour_jitter' must be left out for recordings of events")]
    [InlineData("augmentation.random_resized_crop.scale=[1,1]", "field 'augmentation.random_resized_crop' must be left out for recordings of events")]
    [InlineData("augmentation.mosaic=0", "field 'augmentation.mosaic' must be left out for recordings of events")]
    public void Load_EventRecipe_RefusesWhatIsOfPictures(string set, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Recipe.Load(Shipped("dvs-cifar10.json"), [set]));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crop_padding=4", "field 'augmentation.crop_padding' must be left out for detection")]
    [InlineData("random_erasing.probability=1", "field 'augmentation.random_erasing' must be left out for detection")]
    [InlineData("random_resized_crop.scale=[0.5,1]", "field 'augmentation.random_resized_crop' must be left out for detection")]
    [InlineData("shorter_side=[800]", "field 'augmentation.scale' must be left out where shorter_side")]
    [InlineData("longer_side=800", "field 'augmentation.longer_side' must be left out where there is no shorter_side")]
    [InlineData("mosaic=2", "field 'augmentation.mosaic' must be a number from 0 to 1")]
    public void Load_DetectorRecipe_RefusesWhatItHasNoUseFor(string set, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Recipe.Load(Shipped("bccd.json"), [$"augmentation.{set}"]));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "shorter_side": [800], "mosaic": 0.5 }""", "field 'augmentation.mosaic' must be left out where shorter_side")]
    [InlineData("""{ "shorter_side": [] }""", "field 'augmentation.shorter_side' must be a list of at least one whole number")]
    [InlineData("""{ "shorter_side": [800, 640], "longer_side": 700 }""", "field 'augmentation.shorter_side' must be at most the longer side, which is 700 here")]
    public void Load_ShorterSide_RefusesWhatDoesNotFit(string augmentation, string expected)
    {
        string path = DetectorWith(augmentation);
        var error = Assert.Throws<InvalidInputException>(() => Recipe.Load(path, []));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Augmentation_HasTheSettingsGiven()
    {
        AugmentationRecipe sides = Recipe.Load(DetectorWith("""{ "shorter_side": [640, 800], "longer_side": 1000 }"""), []).Augmentation;
        Assert.Equal([640, 800], sides.ShorterSides);
        Assert.Equal(1000, sides.LongerSide);
        Assert.Equal(1333, Recipe.Load(DetectorWith("""{ "shorter_side": [800] }"""), []).Augmentation.LongerSide);
        Assert.Equal(0.25f, Recipe.Load(Shipped("bccd.json"), ["augmentation.mosaic=0.25"]).Augmentation.Mosaic);
        Assert.Equal(new ColourJitterRecipe { Brightness = 0.2f }, Recipe.Load(Shipped("bccd.json"), []).Augmentation.ColourJitter);

        string path = Write("base.json", Base);
        Assert.Null(Recipe.Load(path, []).Augmentation.ColourJitter);
        Assert.Equal(
            new ColourJitterRecipe { Contrast = 0.1f, Saturation = 0.3f, Hue = 0.05f },
            Recipe.Load(
                path,
                ["augmentation.colour_jitter.contrast=0.1", "augmentation.colour_jitter.saturation=0.3", "augmentation.colour_jitter.hue=0.05"])
                .Augmentation.ColourJitter);
        Assert.Equal(
            new RandomResizedCropRecipe { Scale = (0.08f, 1), Ratio = (0.5f, 2) },
            Recipe.Load(path, ["augmentation.random_resized_crop.ratio=[0.5,2]"]).Augmentation.RandomResizedCrop);
        Assert.Equal(
            new RandomResizedCropRecipe { Scale = (0.35f, 1), Ratio = (3f / 4, 4f / 3) },
            Recipe.Load(path, ["augmentation.random_resized_crop.scale=[0.35,1]"]).Augmentation.RandomResizedCrop);
    }

    [Fact]
    public void Load_EventRecipe_HasThePapersSettings()
    {
        // Table 2 of Zhang et al. 2023 and its section on DVS-CIFAR10.
        Recipe recipe = Recipe.Load(Shipped("dvs-cifar10.json"), []);
        ModelSpec spec = recipe.ModelFor([], [.. Enumerable.Range(0, 10).Select(i => $"class{i}")]);
        Assert.Equal(DataFolderKind.EventClasses, recipe.Data);
        Assert.Equal((64, 8, 0.01), (recipe.Epochs, recipe.BatchSize, Math.Round(recipe.Optimizer.LearningRate, 6)));
        Assert.Equal((OptimizerKind.Sgd, 0.9, 0), (recipe.Optimizer.Kind, Math.Round(recipe.Optimizer.Momentum, 6), recipe.Optimizer.WeightDecay));
        Assert.Equal(ScheduleKind.Cosine, recipe.Schedule.Kind);
        Assert.Equal(4, recipe.Augmentation.DeleteSlices);
        Assert.Equal((16, NeuronKind.ParametricLeaky, 2f), (spec.Backbone.TimeSteps, spec.Backbone.Neuron.Kind, spec.Backbone.Neuron.Tau));
        Assert.Equal(DecoderKind.Attention, spec.Decoder.Kind);
    }

    [Fact]
    public void Load_RecipeThatIsItsOwnBase_IsRefused()
    {
        string path = Write("loop.json", """{ "base": "loop.json" }""");
        Assert.Contains("its own base", Assert.Throws<InvalidInputException>(() => Recipe.Load(path, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ChildOfAnotherType_TakesNoFieldsOfTheBasesType()
    {
        Write("base.json", Base);
        string child = Write("child.json", """{ "base": "base.json", "schedule": { "type": "cosine" } }""");
        Assert.Equal(ScheduleKind.Cosine, Recipe.Load(child, []).Schedule.Kind);
        Assert.Equal([2], Recipe.Load(child, ["schedule.type=step", "schedule.milestones=[2]"]).Schedule.Milestones);
        Assert.Equal([2], Recipe.Load(child, ["schedule.type=step", "schedule.milestones=[2]", "schedule.type=step"]).Schedule.Milestones);
    }

    private static string Shipped(string name) => Path.Combine(AppContext.BaseDirectory, "recipes", name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The shipped detector with another augmentation.</summary>
    private string DetectorWith(string augmentation)
    {
        var recipe = JsonNode.Parse(File.ReadAllText(Shipped("bccd.json")))!;
        recipe["base"] = Shipped("base.json");
        recipe["augmentation"] = JsonNode.Parse(augmentation);
        return Write("detector.json", recipe.ToJsonString());
    }

    private string Write(string name, string json)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, json);
        return path;
    }
}
