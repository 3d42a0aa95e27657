// SPDX-License-Identifier: BSL-1.0
// What libvirt makes of CPUs and definitions: a command a line on standard input, an answer for each on standard
// output, in the words of ours.cpp. referee N answers from the command N on, so that a crash costs one command.
//
// referee --time N MOST FILE... instead says how many nanoseconds libvirt takes for each of what it does with the <cpudata> in
// these files: a line for each operation, with the median of N runs for each file; and for baselines of up to MOST
// hosts.
//
// It calls functions that libvirt.so.0 exports for libvirt's own tests, under a symbol version that names the release,
// so it is built against the very library that it runs with: cc -D_GNU_SOURCE -o referee referee.c -l:libvirt.so.0

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// ---- What libvirt declares in headers that it does not install ------------------------------------------------------

typedef struct definition definition;
typedef struct data data;
typedef struct model_list model_list;

int virInitialize(void);
void virSetErrorFunc(void* opaque, void (*handler)(void*, void*));
const char* virGetLastErrorMessage(void);
void virResetLastError(void);
int virGetVersion(unsigned long* library, const char* type, unsigned long* of_type);
void virObjectUnref(void* object);

int virArchFromString(const char* name);
data* virCPUDataParse(const char* xml);
void virCPUDataFree(data* cpu);
definition* virCPUDefNew(void);
void virCPUDefFree(definition* cpu);
char* virCPUDefFormat(definition* cpu, void* numa);
int virCPUDefParseXMLString(const char* xml, int type, definition** cpu, bool validate);
int cpuDecode(definition* cpu, const data* from, model_list* models);
int virCPUCompare(int arch, definition* host, definition* guest, bool fail);
int virCPUCompareXML(int arch, definition* host, const char* xml, bool fail, bool validate);
definition* virCPUBaseline(int arch, definition** cpus, unsigned count, model_list* models, const char** features,
                           bool migratable);
int virCPUExpandFeatures(int arch, definition* cpu);
definition* virCPUCopyMigratable(int arch, definition* cpu);
int virCPUCheckFeature(int arch, const definition* cpu, const char* feature);
int virCPUTranslate(int arch, definition* cpu, model_list* models);
int virCPUUpdateLive(int arch, definition* cpu, data* enabled, data* disabled);
// Later releases take more arguments than earlier ones, which do not see those that are too many.
int virCPUUpdate(int arch, definition* guest, const definition* host, int policy_of_removed);
model_list* virDomainCapsCPUModelsNew(size_t count);
void virDomainCapsCPUModelsAdd(model_list* models, const char* name, int usable, char** blockers, bool deprecated,
                               const char* vendor, const char* canonical);

enum { type_host, type_guest, type_by_content };
enum { mode_unset = -1, mode_custom, mode_host_model };
enum { match_exact, match_minimum, match_strict };
enum { fallback_allow, fallback_forbid };
enum { usable_yes = 1, usable_no = 2 };
enum { policy_disable = 3 };

// ---- Help -----------------------------------------------------------------------------------------------------------

static _Noreturn void stop(const char* what, const char* more) {
    fprintf(stderr, "referee: %s: %s\n", what, more);
    exit(2);
}

static void* kept(void* memory) {
    if (!memory) stop("memory", "none left");
    return memory;
}

static void be_quiet(void* opaque, void* error) {
    (void)opaque;
    (void)error;
}

static char* file_text(const char* path) {
    FILE* in = fopen(path, "rb");
    if (!in) stop(path, "cannot be opened");
    fseek(in, 0, SEEK_END);
    const long size = ftell(in);
    rewind(in);
    char* text = kept(malloc((size_t)size + 1));
    if (fread(text, 1, (size_t)size, in) != (size_t)size) stop(path, "cannot be read");
    fclose(in);
    text[size] = '\0';
    return text;
}

// ---- Where the structure of a definition keeps what a decoder must be told -----------------------------------------

// All are int; of the structure only its first words are looked at. Documents that differ in one thing tell them from
// each other.
static struct {
    int x86_64;
    size_t type, mode, match, arch, fallback;
} at;

enum { words_looked_at = 24, samples = 5 };

static int word(const definition* cpu, size_t i) {
    int value;
    memcpy(&value, (const char*)cpu + i * sizeof value, sizeof value);
    return value;
}

static void set_word(definition* cpu, size_t i, int value) {
    memcpy((char*)cpu + i * sizeof value, &value, sizeof value);
}

static size_t word_with(const char* name, definition* const* cpus, const int* values) {
    size_t found = words_looked_at;
    for (size_t i = 0; i < words_looked_at; ++i) {
        bool fits = true;
        for (size_t s = 0; s < samples; ++s) fits = fits && word(cpus[s], i) == values[s];
        if (!fits) continue;
        if (found != words_looked_at) stop("more than one word can be", name);
        found = i;
    }
    if (found == words_looked_at) stop("no word can be", name);
    return found;
}

static void find_words(void) {
    static const char* const texts[samples] = {
        "<cpu match='exact'><model fallback='allow'>qemu64</model></cpu>",
        "<cpu match='strict'><model fallback='allow'>qemu64</model></cpu>",
        "<cpu match='exact'><model fallback='forbid'>qemu64</model></cpu>",
        "<cpu><arch>x86_64</arch><model>qemu64</model></cpu>",
        "<cpu mode='host-model'/>",
    };
    definition* cpus[samples];
    for (size_t s = 0; s < samples; ++s)
        if (virCPUDefParseXMLString(texts[s], s == 3 ? type_host : type_guest, &cpus[s], false) < 0)
            stop("a sample cannot be parsed", virGetLastErrorMessage());
    at.x86_64 = virArchFromString("x86_64");
    at.type = word_with("type", cpus, (const int[]){type_guest, type_guest, type_guest, type_host, type_guest});
    at.mode =
        word_with("mode", cpus, (const int[]){mode_custom, mode_custom, mode_custom, mode_unset, mode_host_model});
    at.arch = word_with("arch", cpus, (const int[]){0, 0, 0, at.x86_64, 0});
    at.match =
        word_with("match", cpus, (const int[]){match_exact, match_strict, match_exact, match_exact, match_exact});
    at.fallback =
        word_with("fallback", cpus,
                  (const int[]){fallback_allow, fallback_allow, fallback_forbid, fallback_allow, fallback_allow});
    for (size_t s = 0; s < samples; ++s) virCPUDefFree(cpus[s]);
}

// ---- Inputs ---------------------------------------------------------------------------------------------------------

static definition* read_definition(const char* path, int type) {
    char* text = file_text(path);
    definition* cpu = NULL;
    if (virCPUDefParseXMLString(text, type, &cpu, false) < 0) cpu = NULL;
    free(text);
    return cpu;
}

static data* read_data(const char* path) {
    char* text = file_text(path);
    data* cpu = virCPUDataParse(text);
    free(text);
    if (!cpu) stop(path, virGetLastErrorMessage());
    return cpu;
}

// A model a line: the name, a tab, and what blocks it with commas between.
static model_list* read_models(const char* path) {
    model_list* models = kept(virDomainCapsCPUModelsNew(0));
    char* text = file_text(path);
    char* rest = text;
    for (char* line; (line = strsep(&rest, "\n"));) {
        const char* name = strsep(&line, "\t");
        if (!*name) continue;
        char* blockers[1024] = {0};
        size_t count = 0;
        for (char* blocker; (blocker = strsep(&line, ","));)
            if (*blocker && count + 1 < sizeof blockers / sizeof *blockers) blockers[count++] = blocker;
        virDomainCapsCPUModelsAdd(models, name, count ? usable_no : usable_yes, count ? blockers : NULL, false, NULL,
                                  NULL);
    }
    free(text);
    return models;
}

// ---- Answers --------------------------------------------------------------------------------------------------------

static void say_error(void) { printf("error: %s\n", virGetLastErrorMessage()); }

// Prints a definition and frees it; an error where there is none. What is read from a host's document has no mode, and
// without one no model is printed; a definition with nothing in it has no text.
static void say(definition* cpu) {
    if (cpu) {
        if (word(cpu, at.mode) == mode_unset) set_word(cpu, at.mode, mode_custom);
        char* text = virCPUDefFormat(cpu, NULL);
        if (text) fputs(text, stdout);
        free(text);
        virCPUDefFree(cpu);
    } else {
        say_error();
    }
}

static void say_if(int result, definition* cpu) {
    if (result < 0) {
        say_error();
        virCPUDefFree(cpu);
    } else {
        say(cpu);
    }
}

static void decode(bool host, const char* path, const char* models_path) {
    data* from = read_data(path);
    model_list* models = models_path ? read_models(models_path) : NULL;
    definition* cpu = kept(virCPUDefNew());
    set_word(cpu, at.arch, at.x86_64);
    set_word(cpu, at.type, host ? type_host : type_guest);
    if (!host) {
        set_word(cpu, at.match, match_exact);
        set_word(cpu, at.fallback, fallback_forbid);
    }
    say_if(cpuDecode(cpu, from, models), cpu);
    if (models) virObjectUnref(models);
    virCPUDataFree(from);
}

// The outcome, and for an incompatible CPU the features that libvirt's message names behind its last colon.
static void compare(definition* host, const char* path) {
    static const char* const names[] = {"error", "incompatible", "identical", "superset"};
    char* text = file_text(path);
    const int outcome = virCPUCompareXML(at.x86_64, host, text, false, false);
    printf("%s\n", names[outcome < 0 ? 0 : outcome + 1]);
    if (outcome == 0 && virCPUCompareXML(at.x86_64, host, text, true, false) < 0) {
        const char* message = virGetLastErrorMessage();
        const char* kind = strstr(message, "required features: ") ? "missing"
                           : strstr(message, "forbidden")         ? "forbidden"
                           : strstr(message, "vendor")            ? "vendor"
                           : strstr(message, "Extra")             ? "extra"
                                                                  : message;
        const char* colon = strrchr(message, ':');
        printf("%s%s\n", kind, colon && strcmp(kind, "vendor") != 0 ? colon + 1 : "");
    }
    free(text);
}

static void baseline(char** words, size_t count, bool migratable, bool expand) {
    definition* cpus[64];
    size_t cpu_count = 0;
    bool read = true;
    model_list* models = NULL;
    char* text = NULL;
    const char* features[2048] = {0};
    for (size_t i = 0; i < count; ++i) {
        if (!strncmp(words[i], "models/", 7)) {
            models = read_models(words[i]);
        } else if (!strncmp(words[i], "features/", 9)) {
            char* rest = text = file_text(words[i]);
            size_t n = 0;
            for (char* name; (name = strsep(&rest, "\n"));)
                if (*name && n + 1 < sizeof features / sizeof *features) features[n++] = name;
        } else {
            read = (cpus[cpu_count++] = read_definition(words[i], type_by_content)) && read;
        }
    }
    const char** known = text ? features : NULL;
    definition* answer = read ? virCPUBaseline(at.x86_64, cpus, (unsigned)cpu_count, models, known, migratable) : NULL;
    say_if(answer && expand ? virCPUExpandFeatures(at.x86_64, answer) : 0, answer);
    for (size_t i = 0; i < cpu_count; ++i) virCPUDefFree(cpus[i]);
    if (models) virObjectUnref(models);
    free(text);
}

static void live(definition* cpu, const char* enabled_path, const char* disabled_path) {
    data* enabled = read_data(enabled_path);
    data* disabled = read_data(disabled_path);
    say_if(virCPUUpdateLive(at.x86_64, cpu, enabled, disabled), cpu);
    virCPUDataFree(enabled);
    virCPUDataFree(disabled);
}

static void on_definition(const char* op, definition* cpu, char** words, size_t count) {
    if (!cpu) {
        say_error();
    } else if (!strcmp(op, "expand")) {
        say_if(virCPUExpandFeatures(at.x86_64, cpu), cpu);
    } else if (!strcmp(op, "migratable")) {
        say(virCPUCopyMigratable(at.x86_64, cpu));
        virCPUDefFree(cpu);
    } else if (!strcmp(op, "has_feature") && count == 2) {
        const int has = virCPUCheckFeature(at.x86_64, cpu, words[1]);
        puts(has < 0 ? "error" : has ? "yes" : "no");
        virCPUDefFree(cpu);
    } else if (!strcmp(op, "compare") && count == 2) {
        compare(cpu, words[1]);
        virCPUDefFree(cpu);
    } else if (!strcmp(op, "update") && count == 2) {
        definition* host = read_definition(words[1], type_host);
        say_if(host ? virCPUUpdate(at.x86_64, cpu, host, policy_disable) : -1, cpu);
        virCPUDefFree(host);
    } else if (!strcmp(op, "translate") && count == 2) {
        model_list* models = read_models(words[1]);
        say_if(virCPUTranslate(at.x86_64, cpu, models), cpu);
        virObjectUnref(models);
    } else if (!strcmp(op, "update_live") && count == 3) {
        live(cpu, words[1], words[2]);
    } else {
        stop("unknown command", op);
    }
}

static void answer(char* line) {
    char* words[64];
    size_t count = 0;
    for (char* part; (part = strsep(&line, " ")) && count < sizeof words / sizeof *words;) words[count++] = part;
    if (count < 2) stop("a command lacks its operands", words[0]);
    if (!strcmp(words[0], "decode_host") || !strcmp(words[0], "decode_guest"))
        decode(!strcmp(words[0], "decode_host"), words[1], count > 2 ? words[2] : NULL);
    else if (!strncmp(words[0], "baseline", 8))
        baseline(words + 1, count - 1, strstr(words[0], "_migratable") != NULL, strstr(words[0], "_expand") != NULL);
    else
        on_definition(words[0],
                      read_definition(words[1], !strcmp(words[0], "compare") ? type_by_content
                                                : strstr(words[1], "host-")  ? type_host
                                                                             : type_guest),
                      words + 1, count - 1);
    virResetLastError();
}

// ---- Times ----------------------------------------------------------------------------------------------------------

enum { max_files = 64, hundred = 100, million = 1000000 };

static unsigned long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long long)t.tv_sec * 1000000000ULL + (unsigned long long)t.tv_nsec;
}

static int ascending(const void* a, const void* b) {
    const unsigned long long x = *(const unsigned long long*)a, y = *(const unsigned long long*)b;
    return (x > y) - (x < y);
}

static unsigned long long median(unsigned long long* times, size_t count) {
    qsort(times, count, sizeof *times, ascending);
    return times[count / 2];
}

static definition* decoded(data* from, bool host) {
    definition* cpu = kept(virCPUDefNew());
    set_word(cpu, at.arch, at.x86_64);
    set_word(cpu, at.type, host ? type_host : type_guest);
    if (!host) {
        set_word(cpu, at.match, match_exact);
        set_word(cpu, at.fallback, fallback_forbid);
    }
    if (cpuDecode(cpu, from, NULL) < 0) stop("a processor cannot be decoded", virGetLastErrorMessage());
    return cpu;
}

// What is timed for each file. The answers are freed outside the time.
struct inputs {
    data* from;
    definition *host, *guest;
};

static unsigned long long time_of(const char* op, const struct inputs* in) {
    const unsigned long long start = now();
    if (!strcmp(op, "compare")) {
        if (virCPUCompare(at.x86_64, in->host, in->guest, false) < 0) stop(op, virGetLastErrorMessage());
        return now() - start;
    }
    if (!strcmp(op, "write_xml")) {
        char* text = kept(virCPUDefFormat(in->guest, NULL));
        const unsigned long long end = now();
        free(text);
        return end - start;
    }
    definition* cpu = decoded(in->from, !strcmp(op, "decode_host"));
    const unsigned long long end = now();
    virCPUDefFree(cpu);
    return end - start;
}

static unsigned long long time_of_baseline(definition** cpus, unsigned count) {
    const unsigned long long start = now();
    definition* cpu = virCPUBaseline(at.x86_64, cpus, count, NULL, NULL, false);
    const unsigned long long end = now();
    if (!cpu) stop("baseline", virGetLastErrorMessage());
    virCPUDefFree(cpu);
    return end - start;
}

static void print_times(size_t runs, size_t most, char** files, size_t count) {
    static const char* const ops[] = {"decode_host", "decode_guest", "compare", "write_xml"};
    static struct inputs inputs[max_files];
    if (count > max_files) stop("more files than it takes", files[max_files]);
    unsigned long long* times = kept(calloc(runs, sizeof *times));
    for (size_t i = 0; i < count; ++i) {
        inputs[i].from = read_data(files[i]);
        inputs[i].host = decoded(inputs[i].from, true);
        inputs[i].guest = decoded(inputs[i].from, false);
    }
    for (size_t op = 0; op < sizeof ops / sizeof *ops; ++op) {
        printf("%s", ops[op]);
        for (size_t i = 0; i < count; ++i) {
            for (size_t r = 0; r < runs; ++r) times[r] = time_of(ops[op], &inputs[i]);
            printf(" %llu", median(times, runs));
        }
        printf("\n");
    }
    // The baseline of hosts of one kind, that of the first file: of different vendors there is none.
    definition** cpus = kept(calloc(million, sizeof *cpus));
    for (size_t i = 0; i < million; ++i) cpus[i] = inputs[0].host;
    static const unsigned sizes[] = {2, hundred, million};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes && sizes[s] <= most; ++s) {
        const size_t few = sizes[s] == million ? 1 : runs;
        for (size_t r = 0; r < few; ++r) times[r] = time_of_baseline(cpus, sizes[s]);
        printf("baseline/%u %llu\n", sizes[s], median(times, few));
        fflush(stdout);
    }
    free(cpus);
    free(times);
    for (size_t i = 0; i < count; ++i) {
        virCPUDefFree(inputs[i].host);
        virCPUDefFree(inputs[i].guest);
        virCPUDataFree(inputs[i].from);
    }
}

int main(int argc, char** argv) {
    virSetErrorFunc(NULL, be_quiet);
    if (virInitialize() < 0) stop("libvirt does not start", virGetLastErrorMessage());
    find_words();
    if (argc == 2 && !strcmp(argv[1], "--version")) {
        unsigned long version = 0;
        virGetVersion(&version, NULL, NULL);
        printf("%lu.%lu.%lu\n", version / 1000000, version / 1000 % 1000, version % 1000);
        return 0;
    }
    if (argc > 4 && !strcmp(argv[1], "--time")) {
        print_times(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10), argv + 4, (size_t)argc - 4);
        return 0;
    }
    const unsigned long first = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    char* line = NULL;
    size_t capacity = 0;
    ssize_t size;
    for (unsigned long i = 0; (size = getline(&line, &capacity, stdin)) > 0; ++i) {
        if (i < first) continue;
        if (line[size - 1] == '\n') line[size - 1] = '\0';
        printf("== %lu\n", i);
        fflush(stdout);  // so that the last of these names the command that crashed
        answer(line);
    }
    return 0;
}
