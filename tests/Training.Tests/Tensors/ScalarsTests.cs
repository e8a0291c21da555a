using System.Reflection;
using SpikingDetector.Training.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Tests.Tensors;

/// <summary>
/// No code of training makes a native scalar that the collector may free during a call: neither itself by a conversion, nor
/// through a method of TorchSharp that does. Found in the assemblies' intermediate language.
/// </summary>
public sealed class ScalarsTests
{
    private static readonly Assembly Torch = typeof(Scalar).Assembly;
    private static readonly Assembly Training = typeof(Scalars).Assembly;

    [Fact]
    public void Training_CallsNothingThatMakesAScalarForTheCollector()
    {
        HashSet<MethodBase> makers = Makers();
        string[] found =
        [
            .. MethodCalls.Methods(Training).Where(method => !IsOfScalars(method.DeclaringType))
                .SelectMany(method => MethodCalls.Of(method).Where(makers.Contains)
                    .Select(called => $"{method.DeclaringType}.{method.Name} calls {called.DeclaringType}: {called}")),
        ];
        Assert.Empty(found);
    }

    /// <summary>The test above sees the calls that it is for.</summary>
    [Fact]
    public void Makers_HoldWhatTakesNumbersAndSumsOfTensors()
    {
        HashSet<MethodBase> makers = Makers();
        Type[] twoTensors = [typeof(Tensor), typeof(Tensor)];
        Assert.Contains(typeof(Scalar).GetMethod("op_Implicit", [typeof(float)])!, makers);
        Assert.Contains(typeof(Tensor).GetMethod("op_Addition", twoTensors)!, makers);
        Assert.Contains(typeof(Tensor).GetMethod("op_Multiply", [typeof(Tensor), typeof(float)])!, makers);
        Assert.Contains(typeof(Tensor).GetMethod("add", [typeof(Scalar)])!, makers);
        Assert.DoesNotContain(typeof(Tensor).GetMethod("op_Multiply", twoTensors)!, makers);
        Assert.DoesNotContain(typeof(Tensor).GetMethod("op_Multiply", [typeof(Tensor), typeof(Scalar)])!, makers);
        Assert.Contains(
            typeof(Tensor).GetMethod("op_Addition", twoTensors)!,
            MethodCalls.Of(typeof(ScalarsTests).GetMethod(nameof(Sum), BindingFlags.NonPublic | BindingFlags.Static)!));
    }

    [Fact]
    public void PlusAndMinus_GiveWhatTheOperatorsGive()
    {
        Tensor x = tensor(new[] { 1.5f, -2f, 0.1f });
        Tensor y = tensor(new[] { 0.25f, 3f, 1e-3f });
        Assert.Equal([1.75f, 1f, 0.101f], x.Plus(y).data<float>().ToArray());
        Assert.Equal([2f, -1.5f, 0.6f], x.Plus(Scalars.Of(0.5)).data<float>().ToArray());
        Assert.Equal([-0.5f, 3f, 0.9f], Scalars.One.Minus(x).data<float>().ToArray());
        Assert.Same(Scalars.Of(0.5), Scalars.Of(0.5f));
        Assert.Equal(ScalarType.Int64, (arange(3, int64) * Scalars.Of(2)).dtype);
    }

    /// <summary>With implicit scalars this ends with "Unknown scalar type" or a segmentation fault within a second.</summary>
    [Fact]
    public void Scalars_OutliveCollectionsOnAnotherThread()
    {
        bool stop = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            Tensor x = ones(64);
            for (int i = 0; i < 20_000; i++)
            {
                using var scope = NewDisposeScope();
                using Scalar changing = Scalars.New(i);
                Assert.Equal(i + 2.5f, Scalars.One.Minus(x * Scalars.Of(-0.5)).Plus(x).Plus(changing)[0].item<float>());
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            collector.Join();
        }
    }

    private static bool IsOfScalars(Type? type) => type is not null && (type == typeof(Scalars) || IsOfScalars(type.DeclaringType));

    private static Tensor Sum(Tensor left, Tensor right) => left + right;

    /// <summary>Conversions to a scalar, and all methods of TorchSharp that call one, at once or by way of others.</summary>
    private static HashSet<MethodBase> Makers()
    {
        // Methods of Scalar itself are not looked into, because they call for one that the caller then holds.
        HashSet<MethodBase> makers =
        [
            .. MethodCalls.Methods(Torch).Where(method =>
                (method.DeclaringType == typeof(Scalar) && (method.Name == "op_Implicit" || method.IsConstructor))
                || (method.Name == "ToScalar" && method is MethodInfo { ReturnType: var type } && type == typeof(Scalar))),
        ];
        (MethodBase Caller, MethodBase Called)[] calls =
        [
            .. MethodCalls.Methods(Torch).Where(method => method.DeclaringType != typeof(Scalar))
                .SelectMany(method => MethodCalls.Of(method).Select(called => (method, called))),
        ];
        ILookup<MethodBase, MethodBase> callers = calls.ToLookup(call => call.Called, call => call.Caller);
        var open = new Stack<MethodBase>(makers);
        while (open.TryPop(out MethodBase? maker))
        {
            foreach (MethodBase caller in callers[maker])
            {
                if (makers.Add(caller))
                    open.Push(caller);
            }
        }

        return makers;
    }
}
