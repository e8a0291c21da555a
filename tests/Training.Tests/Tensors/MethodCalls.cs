using System.Reflection;
using System.Reflection.Emit;

namespace SpikingDetector.Training.Tests.Tensors;

/// <summary>Which methods a method calls, read from its intermediate language (ECMA-335, III).</summary>
internal static class MethodCalls
{
    private const byte TwoByteOpCode = 0xFE;

    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<ushort, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value);

    /// <summary>All methods and constructors of an assembly, those of lambdas and iterators too.</summary>
    public static IEnumerable<MethodBase> Methods(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)));

    /// <summary>The methods that a method calls or takes the address of; generic ones as their definitions.</summary>
    public static IReadOnlyList<MethodBase> Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            return [];
        var calls = new List<MethodBase>();
        int at = 0;
        while (at < code.Length)
        {
            ushort value = code[at++];
            if (value == TwoByteOpCode)
                value = (ushort)(value << 8 | code[at++]);
            OperandType operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineMethod)
                calls.Add(Definition(method, BitConverter.ToInt32(code, at)));
            at += Length(operand, code, at);
        }

        return calls;
    }

    private static MethodBase Definition(MethodBase caller, int token)
    {
        Type[] typeArguments = caller.DeclaringType!.GetGenericArguments();
        Type[] methodArguments = caller.IsGenericMethod ? caller.GetGenericArguments() : [];
        MethodBase called = caller.Module.ResolveMethod(token, typeArguments, methodArguments)!;
        return called is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : called;
    }

    private static int Length(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 * (1 + BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
