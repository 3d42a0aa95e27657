// SPDX-License-Identifier: BSL-1.0
// Entry, exit and output by Linux's system calls, in place of a board's; and the functions of memory.

#include "../contract/support/memory.hpp"
#include "platform.hpp"

// _start calls start with an aligned stack; system_call(number, a, b, c) is a function as any other.
#if defined(__x86_64__)
asm(R"(
    .globl _start
_start:
    xor %ebp, %ebp
    and $-16, %rsp
    call start
    hlt
    .globl system_call
system_call:
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    syscall
    ret
)");
constexpr long write_number = 1, exit_number = 231;
#elif defined(__i386__)
asm(R"(
    .globl _start
_start:
    xor %ebp, %ebp
    and $-16, %esp
    call start
    hlt
    .globl system_call
system_call:
    push %ebx
    mov 8(%esp), %eax
    mov 12(%esp), %ebx
    mov 16(%esp), %ecx
    mov 20(%esp), %edx
    int $0x80
    pop %ebx
    ret
)");
constexpr long write_number = 4, exit_number = 252;
#elif defined(__aarch64__)
asm(R"(
    .globl _start
_start:
    mov x29, #0
    mov x30, #0
    bl start
    .globl system_call
system_call:
    mov x8, x0
    mov x0, x1
    mov x1, x2
    mov x2, x3
    svc #0
    ret
)");
constexpr long write_number = 64, exit_number = 94;
#elif defined(__arm__)
asm(R"(
    .syntax unified
    .thumb
    .globl _start
    .type _start, %function
_start:
    bl start
    .globl system_call
    .type system_call, %function
system_call:
    push {r7, lr}
    mov r7, r0
    mov r0, r1
    mov r1, r2
    mov r2, r3
    svc #0
    pop {r7, pc}
)");
constexpr long write_number = 4, exit_number = 248;
#elif defined(__s390x__)
asm(R"(
    .globl _start
_start:
    aghi %r15, -160
    xc 0(8, %r15), 0(%r15)
    brasl %r14, start
    .globl system_call
system_call:
    lgr %r1, %r2
    lgr %r2, %r3
    lgr %r3, %r4
    lgr %r4, %r5
    svc 0
    br %r14
)");
constexpr long write_number = 4, exit_number = 248;
#else
#error "no system calls are known for this processor"
#endif

extern "C" {

long system_call(long number, long a, const char* b, std::size_t c);

void put_bytes(const char* text, std::size_t size) {
    while (size > 0) {
        const long written = system_call(write_number, 1, text, size);
        if (written <= 0) system_call(exit_number, 3, nullptr, 0);
        text += written;
        size -= static_cast<std::size_t>(written);
    }
}

#ifdef __arm__
// What libgcc, as it is built for Linux, calls on a division by zero. One for a board does not.
int raise(int) {
    for (;;) system_call(exit_number, 4, nullptr, 0);
}
#endif

[[noreturn]] void start() {
    const int status = program();
    for (;;) system_call(exit_number, status, nullptr, 0);
}

}  // extern "C"
