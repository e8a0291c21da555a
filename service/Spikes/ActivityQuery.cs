using SpikingDetector.Core.Specs;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Requests;

namespace SpikingDetector.Service.Spikes;

/// <summary>The wish to be told what a network's neurons did.</summary>
internal static class ActivityQuery
{
    /// <summary>The parameter, for descriptions.</summary>
    public static QueryParameter Parameter { get; } = new(
        "activity",
        QueryParameterKind.Flag,
        "Whether to answer how often the network's neurons fired and the energy that follows from it; false where it is left out. Only "
        + "models that /models shows with activity: true can tell.");

    /// <summary>Whether it is asked for.</summary>
    /// <param name="query">The request's.</param>
    /// <param name="model">The model that shall tell.</param>
    /// <param name="answerType">What is answered: a picture has no place for it.</param>
    /// <exception cref="ProblemException">It is neither true nor false, or cannot be told.</exception>
    public static bool IsAsked(QueryReader query, ServedModel model, string answerType)
    {
        if (query.Flag(Parameter.Name) is not true)
            return false;
        if (answerType is AnswerType.Png or AnswerType.Jpeg)
            throw Invalid($"A picture cannot tell {Parameter.Name}: accept {AnswerType.Json} or {AnswerType.NdJson}, or leave it out.");
        if (model.Spec.Backbone.Block == BlockKind.Ann)
            throw Invalid($"The model {model.Name} is an ordinary network without spikes: leave {Parameter.Name} out or ask a spiking one.");
        return model.Session.TellsActivity
            ? true
            : throw Invalid($"The model {model.Name} does not tell {Parameter.Name}: export its checkpoint with --activity, or leave it out.");
    }

    private static ProblemException Invalid(string detail) => new(ProblemType.InvalidParameter, detail);
}
