// The C++ twin of every model of engine.py: stations that calls visit in order, from a network in numbers (models.flat).
//     twin REQUESTS < numbers     prints [CPU s, mean s, requests, events]
// What a C++ programmer would write for it: a binary heap of events, pooled calls, queues as lists, counters.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <queue>
#include <random>
#include <vector>

struct Gate {
    double calls;
    int all, lookup;
    std::vector<int> behind, members;
};
struct Visit {
    double mean, hit;
    int worker;
    std::vector<Gate> gates;
};
struct Station {
    int slots, busy = 0, head = -1, tail = -1, queue = 0;
    int64_t arrivals = 0, completed = 0;
    double last = 0, busy_area = 0, queue_area = 0;
    void account(double now) {
        busy_area += (now - last) * busy;
        queue_area += (now - last) * queue;
        last = now;
    }
};
struct Flow {
    double rate;
    int client;
    std::vector<int> ops;
    std::vector<double> shares;
};
struct Call {
    double start, mean;
    const Visit* visit;
    int op, station, parent, gate, left, member, next;
    uint64_t hits;
    bool counts, found;
};
struct Event {
    double t;
    int64_t order;
    int flow, call;  // an arrival of the flow, or the end of the call's service
    bool operator<(const Event& o) const { return t > o.t || (t == o.t && order > o.order); }
};

struct Simulation {
    std::vector<Station> stations;
    std::vector<std::vector<int>> places;
    std::vector<std::vector<Visit>> visits;
    std::vector<Flow> flows;
    std::vector<Call> calls;
    std::vector<int> unused;
    std::priority_queue<Event> events;
    std::vector<int64_t> histogram = std::vector<int64_t>(2433, 0);
    std::mt19937_64 random{1};
    double now = 0, total = 0;
    int64_t order = 0, done = 0, handled = 0;

    double unit() { return double(random() >> 11) * 0x1p-53; }
    double exponential(double mean) { return -mean * std::log1p(-unit()); }
    int below(size_t n) { return n == 1 ? 0 : int(unit() * double(n)); }

    void read() {
        size_t n, ops;
        std::cin >> n;
        stations.resize(n);
        for (auto& s : stations) std::cin >> s.slots;
        std::cin >> n >> ops;
        places.resize(n);
        visits.resize(n, std::vector<Visit>(ops));
        auto list = [](std::vector<int>& v) {
            size_t k;
            std::cin >> k;
            v.resize(k);
            for (int& i : v) std::cin >> i;
        };
        for (auto& p : places) list(p);
        for (auto& of_component : visits)
            for (Visit& v : of_component) {
                std::cin >> v.mean >> v.hit >> v.worker >> n;
                v.gates.resize(n);
                for (Gate& g : v.gates) {
                    std::cin >> g.calls >> g.all >> g.lookup;
                    list(g.behind);
                    list(g.members);
                }
            }
        std::cin >> n;
        flows.resize(n);
        for (Flow& f : flows) {
            std::cin >> f.rate >> f.client;
            list(f.ops);
            f.shares.resize(f.ops.size());
            for (double& share : f.shares) std::cin >> share;
        }
    }

    int take(int component, int op, int parent, bool counts) {
        int c;
        if (unused.empty()) {
            c = int(calls.size());
            calls.emplace_back();
        } else {
            c = unused.back();
            unused.pop_back();
        }
        const Visit& visit = visits[component][op];
        Call& call = calls[c];
        call.start = now;
        call.mean = visit.mean;
        call.visit = &visit;
        call.op = op;
        call.parent = parent;
        call.gate = -1;
        call.left = 0;
        call.hits = 0;
        call.counts = counts;
        call.found = false;
        call.station = visit.mean > 0 ? places[component][below(places[component].size())] : -1;
        return c;
    }

    void serve(int c) { events.push({now + exponential(calls[c].mean), order++, -1, c}); }

    // Let a call begin; true when it waits for a service.
    bool begin(int c) {
        Call& call = calls[c];
        if (call.station < 0) return false;
        Station& s = stations[call.station];
        s.arrivals++;
        if (s.slots < 0) {
            serve(c);
            return true;
        }
        s.account(now);
        if (s.busy < s.slots) {
            s.busy++;
            serve(c);
        } else {
            call.next = -1;
            (s.head < 0 ? s.head : calls[s.tail].next) = c;
            s.tail = c;
            s.queue++;
        }
        return true;
    }

    void end_service(int c) {
        Station& s = stations[calls[c].station];
        s.completed++;
        if (s.slots < 0) return;
        s.account(now);
        if (s.head < 0) {
            s.busy--;
            return;
        }
        int next = s.head;
        s.head = calls[next].next;
        s.queue--;
        serve(next);
    }

    // What a call does once it is served: hand work to a worker, look up.
    void act(int c) {
        const Visit* visit = calls[c].visit;
        if (visit->worker >= 0) {
            int w = take(visit->worker, calls[c].op, -1, false);
            if (!begin(w)) go_on(w);
        }
        if (visit->hit > 0 && unit() < visit->hit) calls[c].found = true;
    }

    // What follows a call's service, until something waits.
    void go_on(int c) {
        act(c);
        while (true) {
            Call& call = calls[c];
            int member = call.found ? -1 : next_member(call);
            if (member >= 0) {
                int child = take(member, call.op, c, false);
                if (begin(child)) return;
                act(child);
                c = child;
                continue;
            }
            // The call is over: tell who waits for it.
            int parent = call.parent;
            if (parent >= 0) {
                Call& p = calls[parent];
                if (call.found && p.visit->gates[p.gate].lookup) p.hits |= uint64_t(1) << p.gate;
            } else if (call.counts) {
                double s = now - call.start;
                total += s;
                done++;
                int b = int((std::log2(s) + 24) * 64);
                histogram[b < 0 ? 0 : b > 2432 ? 2432 : b]++;
            }
            unused.push_back(c);
            if (parent < 0) return;
            c = parent;
        }
    }

    // Whom the call asks next; -1 when it has asked everybody.
    int next_member(Call& call) {
        while (true) {
            if (call.gate >= 0) {
                const Gate& g = call.visit->gates[call.gate];
                if (g.all && ++call.member < int(g.members.size())) return g.members[call.member];
                if (call.left > 0) {
                    call.left--;
                    call.member = 0;
                    return g.all ? g.members[0] : choose(g);
                }
            }
            if (++call.gate >= int(call.visit->gates.size())) return -1;
            const Gate& g = call.visit->gates[call.gate];
            bool spared = g.members.empty();
            for (int b : g.behind) spared = spared || (call.hits >> b & 1);
            call.member = int(g.members.size());
            call.left = 0;
            if (spared) continue;
            call.left = int(g.calls);
            double rest = g.calls - call.left;
            if (rest > 0 && unit() < rest) call.left++;
        }
    }

    int choose(const Gate& g) {
        if (g.members.size() == 1) return g.members[0];
        size_t all = 0;
        for (int m : g.members) all += places[m].size();
        double u = unit() * double(all);
        for (int m : g.members) {
            u -= double(places[m].size());
            if (u < 0) return m;
        }
        return g.members.back();
    }

    void arrive(int f) {
        const Flow& flow = flows[f];
        events.push({now + exponential(1 / flow.rate), order++, f, -1});
        size_t k = 0;
        if (flow.ops.size() > 1)
            for (double u = unit(); k + 1 < flow.ops.size() && u >= flow.shares[k]; k++) u -= flow.shares[k];
        int c = take(flow.client, flow.ops[k], -1, true);
        if (!begin(c)) go_on(c);
    }

    void run(double end) {
        for (size_t f = 0; f < flows.size(); f++)
            events.push({exponential(1 / flows[f].rate), order++, int(f), -1});
        while (events.top().t <= end) {
            const Event e = events.top();
            events.pop();
            now = e.t;
            handled++;
            if (e.flow >= 0) {
                arrive(e.flow);
            } else {
                end_service(e.call);
                go_on(e.call);
            }
        }
    }
};

int main(int, char** argv) {
    Simulation simulation;
    simulation.read();
    double rate = 0;
    for (const Flow& f : simulation.flows) rate += f.rate;
    const clock_t began = clock();
    simulation.run(atof(argv[1]) / rate);
    printf("[%.9f, %.9f, %lld, %lld]\n", double(clock() - began) / CLOCKS_PER_SEC,
           simulation.total / double(simulation.done), (long long)simulation.done, (long long)simulation.handled);
}
