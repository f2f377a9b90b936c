using Aurora.Core.Configuration;

namespace Aurora.Worker.Tests.Agent;

/// <summary>
/// A process that answers HTTP on a port of its task, in Perl, which every Linux has. It answers <c>ok</c> to GET while the file <c>well</c> is there, else <c>sick</c>. POSTs and
/// SIGTERM are written into the file <c>calls</c>.
/// </summary>
internal static class Responder
{
    /// <summary>The process.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="endsAt">The path whose POST it answers and then ends; null for none.</param>
    /// <param name="deafTo">The path whose POST it does not answer, but closes the connection; null for none.</param>
    public static ProcessConfiguration Process(string name, string? endsAt = null, string? deafTo = null) => WorkerBench.Process(
        name,
        $$"""
        exec perl -MIO::Socket::INET -e '
        sub note { open(my $f, ">>", "calls"); print $f "$_[0]\n"; close($f); }
        $SIG{TERM} = sub { note("SIGTERM"); exit 0; };
        my ($port, $end, $deaf) = @ARGV;
        my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 16, ReuseAddr => 1) or die "$port: $@";
        while (1) {
          my $c = $s->accept or next;
          my ($verb, $path) = split(" ", scalar(<$c>));
          while (defined(my $line = <$c>)) { last if $line =~ /^\r?\n$/; }
          note("$verb $path") if $verb eq "POST";
          if ($path eq $deaf) { close($c); next; }
          my $body = -e "well" ? " OK\n" : "sick";
          print $c "HTTP/1.1 200 OK\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
          close($c);
          exit 0 if $path eq $end;
        }' {{"{{thermos.ports[health]}}"}} '{{endsAt ?? "-"}}' '{{deafTo ?? "-"}}'
        """.ReplaceLineEndings("\n"));
}
