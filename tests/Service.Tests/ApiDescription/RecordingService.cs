using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>A service that notes which query parameters its endpoints look for, whether they are there or not.</summary>
internal sealed class RecordingService(params (string Key, string Value)[] settings) : RunningService(settings)
{
    public ISet<string> Read(HttpMethod method, string path) =>
        Services.GetRequiredService<QueryReads>().GetValueOrDefault($"{method} {path}") is { } names ? names.Keys.ToHashSet() : [];

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureServices(services => services.AddSingleton<QueryReads>().AddSingleton<IStartupFilter, QueryRecording>());
    }

    /// <summary>The names by method and path.</summary>
    private sealed class QueryReads : ConcurrentDictionary<string, ConcurrentDictionary<string, bool>>;

    private sealed class QueryRecording(QueryReads reads) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                string address = $"{context.Request.Method} {context.Request.Path}";
                context.Request.Query = new RecordedQuery(context.Request.Query, reads.GetOrAdd(address, _ => []));
                return following(context);
            });
            next(app);
        };
    }

    private sealed class RecordedQuery(IQueryCollection query, ConcurrentDictionary<string, bool> names) : IQueryCollection
    {
        public int Count => query.Count;

        public ICollection<string> Keys => query.Keys;

        public StringValues this[string key] => names.TryAdd(key, true) ? query[key] : query[key];

        public bool ContainsKey(string key)
        {
            names.TryAdd(key, true);
            return query.ContainsKey(key);
        }

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value)
        {
            names.TryAdd(key, true);
            return query.TryGetValue(key, out value);
        }

        public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => query.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
