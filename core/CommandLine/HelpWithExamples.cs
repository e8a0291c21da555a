using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SpikingDetector.Core.CommandLine;

/// <summary>The library's help followed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        CommandExamples.Write(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
        return ExitCode.Success;
    }
}
