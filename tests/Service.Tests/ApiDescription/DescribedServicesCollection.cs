namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>The tests that share one set of services and answers.</summary>
[CollectionDefinition(nameof(DescribedServices))]
#pragma warning disable CA1711 // It is what xunit calls a collection.
public sealed class DescribedServicesCollection : ICollectionFixture<DescribedServices>;
#pragma warning restore CA1711
