using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;

namespace SpikingDetector.Training.Recipes;

/// <summary>The recipe's <c>neuron</c> object: how gradients pass the neurons and gates.</summary>
internal static class NeuronRecipe
{
    /// <param name="fields">The object.</param>
    /// <param name="backbone">The model's, because a field that it has no use for is refused.</param>
    public static NeuronTraining Read(JsonFields fields, BackboneSpec backbone)
    {
        if (fields.Has("gate_gradient") && (backbone.Block != BlockKind.SpikeGate || backbone.Gate != GateKind.Bsg))
            throw fields.Error("gate_gradient", "left out where model.backbone has no gate \"bsg\"");
        if (backbone.Block == BlockKind.Ann)
        {
            foreach (string field in (string[])["detach_reset", "surrogate"])
            {
                if (fields.Has(field))
                    throw fields.Error(field, "left out where model.backbone.block is \"ann\", which has no spikes");
            }
        }

        var defaults = new NeuronTraining();
        var training = new NeuronTraining
        {
            DetachReset = fields.Flag("detach_reset", defaults.DetachReset),
            GateGradient = fields.Choice(
                "gate_gradient",
                [("literal", GateGradient.Literal), ("detached", GateGradient.Detached), ("or", GateGradient.Or)],
                defaults.GateGradient),
            Surrogate = fields.Has("surrogate") ? ReadSurrogate(fields.Nested("surrogate")) : defaults.Surrogate,
        };
        fields.Finish();
        return training;
    }

    private static Surrogate ReadSurrogate(JsonFields fields)
    {
        SurrogateKind kind = fields.Choice("type", [("arctan", SurrogateKind.Arctan), ("sigmoid", SurrogateKind.Sigmoid)]);
        float alpha = fields.Number("alpha", "a number above 0", value => value > 0, kind == SurrogateKind.Arctan ? 2f : 4f);
        fields.Finish();
        return new Surrogate(kind, alpha);
    }
}
