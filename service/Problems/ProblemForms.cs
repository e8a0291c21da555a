using Microsoft.AspNetCore.Mvc;

namespace SpikingDetector.Service.Problems;

/// <summary>
/// What the clients of other protocols look for in an error. It is added to the problem details, so that these clients and
/// those of RFC 9457 read the same answer.
/// </summary>
internal static class ProblemForms
{
    /// <summary>Adds the members that belong to an address.</summary>
    public static void AddTo(ProblemDetails problem, PathString address)
    {
        bool deepStack = address.StartsWithSegments("/v1/vision");
        if (deepStack)
            problem.Extensions["success"] = false;
        if (deepStack || address.StartsWithSegments("/v2"))
            problem.Extensions["error"] = problem.Detail;
    }
}
