using System.Text;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Energy;
using SpikingDetector.Export.Inspection;
using SpikingDetector.Export.Layers;
using SpikingDetector.Proto;

namespace SpikingDetector.Export;

/// <summary>What an ONNX file says of itself to whoever opens it: the doc strings of the model, its inputs and its outputs.</summary>
internal static class ModelDocumentation
{
    /// <summary>Writes the doc strings into a model that has its inputs and outputs.</summary>
    /// <param name="model">Receives them.</param>
    /// <param name="spec">The network.</param>
    /// <param name="precision">Of the file.</param>
    public static void Write(ModelProto model, ModelSpec spec, ExportPrecision precision)
    {
        foreach (ValueInfoProto value in model.Graph.Input.Concat(model.Graph.Output))
            value.DocString = Meaning(value.Name, spec);
        model.Graph.DocString = NetworkText.Of(spec);
        model.DocString = Text(model, precision);
    }

    private static string Text(ModelProto model, ExportPrecision precision)
    {
        var text = new StringBuilder();
        text.Append($"{model.Graph.Name}: {model.Graph.DocString}; {precision.Name()}.\n");
        text.Append("All time steps are in the graph, and nothing is kept from one run to the next.\n");
        List("Inputs", model.Graph.Input);
        List("Outputs", model.Graph.Output);
        text.Append($"\nThe metadata spiking_detector.spec has the whole specification as JSON. Written by {model.ProducerName} {model.ProducerVersion}.\n");
        return text.ToString();

        void List(string title, IEnumerable<ValueInfoProto> values)
        {
            text.Append($"\n{title}\n");
            foreach (ValueInfoProto value in values)
                text.Append($"  {ValueText.Of(value)}: {value.DocString}\n");
        }
    }

    private static string Meaning(string name, ModelSpec spec) => name switch
    {
        PictureInput.Name => Pictures(spec, (PictureInputSpec)spec.Input),
        EventInput.Name => "events at each pixel, by time step, then polarity; their number, not normalised.",
        "logits" => "class scores before softmax; the classes' names are the specification's labels.",
        "probabilities" => "softmax of the logits.",
        "boxes" => "x1, y1, x2, y2 in pixels of the input, after non-maximum suppression; 0 in unused rows.",
        "scores" => "0 to 1, of each box, in descending order; 0 in unused rows.",
        "labels" => $"category of each box: {Categories(spec)}; -1 in unused rows.",
        "cls_logits" => "class scores of all anchors, pyramid levels P3 to P7, before the sigmoid.",
        "bbox_regression" => "dx, dy, dw, dh of all anchors, pyramid levels P3 to P7, before they are decoded to boxes.",
        FiringRates.Name => "mean spikes per neuron and time step; the metadata has the layers' names.",
        InputRates.Name => "mean of the spikes, or events, that enter a convolution, per element and time step: times its multiply-adds and "
            + "the time steps they are its additions; the metadata has the layers' names.",
        _ => "",
    };

    private static string Pictures(ModelSpec spec, PictureInputSpec input)
    {
        Rgb fill = InputPreparation.Fill(input);
        string fitting = spec.Task == ModelTask.Detection
            ? $"Scale a picture as large as fits, sides in proportion, into the top-left corner; fill the rest with RGB {fill.Red}, {fill.Green}, {fill.Blue}."
            : "Scale a picture as small as still covers the input, sides in proportion, and cut out its centre.";
        return $"RGB, rows from the top, 0 to 255; normalised in the graph. {fitting}";
    }

    private static string Categories(ModelSpec spec) => string.Join(", ", spec.Categories.Select((category, i) => $"{i} {category.Name}"));
}
