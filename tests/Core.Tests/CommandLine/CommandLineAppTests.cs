using System.CommandLine;
using SpikingDetector.Core.CommandLine;

namespace SpikingDetector.Core.Tests.CommandLine;

public sealed class CommandLineAppTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData(ExitCode.Success)]
    [InlineData(ExitCode.CheckFailed)]
    public async Task Run_GivesTheActionsExitCode(int code)
    {
        Assert.Equal(code, await Run(_ => code, "check", "a.onnx"));
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Help_EndsWithTheCommandsExamples()
    {
        Assert.Equal(0, await Run(_ => 1, "check", "--help"));

        string help = _output.ToString();
        Assert.Contains("Checks a file.", help, StringComparison.Ordinal);
        Assert.Contains("--strict", help, StringComparison.Ordinal);
        Assert.Contains("  # looks closely\n  tool check a.onnx --strict", help, StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Help_OfTheRoot_NamesTheCommands()
    {
        Assert.Equal(0, await Run(_ => 1, "--help"));

        Assert.Contains("check", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("looks closely", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No command was given: expected one of check, show.")]
    [InlineData("Unknown command 'chekc': expected one of check, show.", "chekc", "a.onnx")]
    [InlineData("Required argument 'file' missing for command: 'check'.", "check")]
    [InlineData("Unrecognized command or argument '--lax'.", "check", "a.onnx", "--lax")]
    [InlineData("Cannot parse argument 'many' for option '--count' as expected type 'System.Int32'.", "check", "a.onnx", "--count", "many")]
    public async Task WrongUse_IsOneSentenceAndAHint(string sentence, params string[] arguments)
    {
        Assert.Equal(2, await Run(_ => 0, arguments));

        Assert.Equal([sentence, "Add --help to see what is expected."], ErrorLines());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task InvalidInput_IsItsSentenceAlone()
    {
        Assert.Equal(2, await Run(_ => throw new InvalidInputException("a.onnx is cut short."), "check", "a.onnx"));

        Assert.Equal(["a.onnx is cut short."], ErrorLines());
    }

    [Fact]
    public async Task FileThatIsMissing_IsNamed()
    {
        Assert.Equal(2, await Run(_ => File.ReadAllBytes("/no/such/file.bin").Length, "check", "a.onnx"));

        string line = Assert.Single(ErrorLines());
        Assert.Contains("/no/such/file.bin", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Unexpected", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidInput_InsideAnAggregate_IsFound()
    {
        Assert.Equal(2, await Run(
            _ => Parallel.For(0, 1, _ => throw new InvalidInputException("bad picture.")).IsCompleted ? 0 : 1, "check", "a"));

        Assert.Equal(["bad picture."], ErrorLines());
    }

    [Fact]
    public async Task UnforeseenFailure_IsOneLineWithTypeAndMessage()
    {
        Assert.Equal(2, await Run(_ => throw new InvalidOperationException("first\nsecond"), "check", "a.onnx"));

        string line = Assert.Single(ErrorLines());
        Assert.StartsWith("Unexpected System.InvalidOperationException: first second", line, StringComparison.Ordinal);
        Assert.Contains(CommandLineApp.TraceVariable, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_IsAnInterruption()
    {
        Assert.Equal(ExitCode.Interrupted, await Run(_ => throw new OperationCanceledException(), "check", "a.onnx"));

        Assert.Equal(["Stopped before the end."], ErrorLines());
    }

    private string[] ErrorLines() => _error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private Task<int> Run(Func<ParseResult, int> action, params string[] arguments)
    {
        var check = new Command("check", "Checks a file.")
        {
            new Argument<string>("file"),
            new Option<bool>("--strict"),
            new Option<int>("--count"),
        };
        check.SetAction(action);
        check.AddExample("tool check a.onnx --strict", "looks closely");
        var show = new Command("show", "Shows a file.");
        show.SetAction(action);
        return CommandLineApp.RunAsync(new RootCommand("A tool.") { check, show }, arguments, _output, _error);
    }
}
