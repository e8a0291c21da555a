using SpikingDetector.Core.Specs;
using SpikingDetector.Service.Models;

namespace SpikingDetector.Service.Requests;

/// <summary>What the address of every request with pictures can say.</summary>
internal static class PictureQuery
{
    private static readonly QueryParameter Model = new(
        "model", QueryParameterKind.Text, "Name of a model that /models lists; the default one of the task where it is left out.");

    private static readonly QueryParameter Version = new(
        "version", QueryParameterKind.Text, "Version of that model, one that /models lists; the highest where it is left out.");

    /// <summary>The time within which an answer is of use.</summary>
    public static readonly QueryParameter Deadline = new(
        "deadline_ms",
        QueryParameterKind.WholeNumber,
        "Milliseconds from the end of the upload within which an answer is of use; past them it is 504. Never more than the service's own deadline.",
        Minimum: 1);

    /// <summary>Those that say which model is asked for, for descriptions.</summary>
    public static IReadOnlyList<QueryParameter> ModelParameters { get; } = [Model, Version];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<QueryParameter> Parameters { get; } = [Model, Version, Deadline];

    /// <summary>The model that is asked for.</summary>
    /// <exception cref="Problems.ProblemException">There is none that can answer.</exception>
    public static ModelLease Find(ModelCatalog models, ModelTask task, QueryReader query) =>
        models.Find(task, query.Text(Model.Name), query.Text(Version.Name));

    /// <summary>The time within which an answer is of use; null where the request leaves that to the service.</summary>
    /// <exception cref="Problems.ProblemException">It is not a whole number.</exception>
    public static TimeSpan? Within(QueryReader query) =>
        query.Whole(Deadline.Name, 1, int.MaxValue) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
}
