using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Work;

/// <summary>What became of one of several files of a request.</summary>
/// <typeparam name="T">What is answered about it.</typeparam>
/// <param name="Index">Its position among the files of the request, from 0; −1 where the request itself has the problem.</param>
/// <param name="Name">What the client calls it; null where it does not say.</param>
/// <param name="Result">The result; null where there is a problem.</param>
/// <param name="Problem">What kept it from being answered; else null.</param>
internal sealed record FileOutcome<T>(int Index, string? Name, PictureResult<T>? Result, ProblemException? Problem);
